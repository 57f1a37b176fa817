"""The view of a session follows the address, but for addresses without settings."""

from types import SimpleNamespace

import pytest

from ui.state import view_state
from ui.state.view import DEFAULTS


class Address(dict[str, str]):
    """The query parameters of a browser."""

    def from_dict(self, values: dict[str, str]) -> None:
        self.clear()
        self.update(values)


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Address:
    fake = SimpleNamespace(session_state={}, query_params=Address())
    monkeypatch.setattr(view_state, "st", fake)
    return fake.query_params


def test_a_link_of_the_sidebar_keeps_what_is_set_and_any_other_link_does_not(address: Address) -> None:
    address.from_dict({"surface": "new", "lang": "zh"})
    view_state.read_url()
    view_state.write_url()
    assert view_state.view() == DEFAULTS.with_(surface="new", lang="zh")
    address.clear()  # the sidebar's links carry no settings
    view_state.read_url()
    assert view_state.view() == DEFAULTS.with_(surface="new", lang="zh")
    view_state.write_url()
    assert address == {"lang": "zh", "surface": "new"}
    address.from_dict({"k": "5"})
    view_state.read_url()
    assert view_state.view() == DEFAULTS.with_(k=5)


def test_a_reset_keeps_the_language_and_the_shop(address: Address) -> None:
    view_state.put(lang="zh", shop="other", k=5)
    view_state.reset()
    assert view_state.view() == DEFAULTS.with_(lang="zh", shop="other")

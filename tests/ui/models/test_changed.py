"""What pages say when another model than theirs is chosen for the lists, and how they load it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.training import registry
from engine.training.history import history
from tests.ui.harness import SHOP, fine, open_page, plain_words
from ui.background import preparation, shop_in_use
from ui.text.words import table


@pytest.fixture
def chosen_elsewhere(work: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A command chose `frequency` while the pages are open with the blend."""
    folder = tmp_path / SHOP
    monkeypatch.setattr(shop_in_use, "folder", lambda: folder)
    registry.activate(folder, "frequency", "Ann", "by a command")
    return work


def said(key: str, lang: str) -> str:
    names = {"wanted": table()["model.frequency"][lang], "used": table()["model.blend"][lang]}
    return table()[key][lang].format(**names)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", ["overview", "models"])
def test_a_model_chosen_since_is_named_and_offered(chosen_elsewhere: SimpleNamespace, page: str, lang: str) -> None:
    app = open_page(page, lang=lang)
    assert said("models.changed", lang) in plain_words(app)
    assert app.button(key="load_model").label == said("models.load", lang)
    assert said("models.stand_in", lang) not in plain_words(app)
    if page == "models":
        badge = table()["models.badge"][lang].format(model=table()["model.blend"][lang])
        assert badge in plain_words(app), "the blend still makes the lists that pages show"


def test_loading_it_opens_the_shop_anew(chosen_elsewhere: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[str] = []
    monkeypatch.setattr(preparation, "preparations", lambda: SimpleNamespace(forget=forgotten.append))
    app = open_page("models")
    fine(app.button(key="load_model").click().run())
    assert forgotten == [shop_in_use.default_shop()]


def test_a_model_that_could_not_be_opened_is_no_choice_made_since(chosen_elsewhere: SimpleNamespace) -> None:
    chosen_elsewhere.wanted = "frequency"  # what the preparation tried, and took the blend instead
    app = open_page("models")
    assert said("models.stand_in", "en") in plain_words(app)
    assert not [button for button in app.button if button.key == "load_model"]


def test_undoing_without_a_name_is_not_the_servers_user(
    chosen_elsewhere: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "preparations", lambda: SimpleNamespace(forget=lambda shop: None))
    fine(open_page("models").button(key="undo_model").click().run())
    last = history(shop_in_use.folder())[-1]
    assert (last.kind, last.by) == ("undo", table()["models.undo_author"]["en"])

"""The progress of a preparation, as a page shows it."""

import pytest

from engine.bench.bench import Bench
from tests.ui.harness import open_page, words
from ui.background import preparation
from ui.background.preparation import STEPS, PreparationStep
from ui.text.words import table


class Late:
    """A preparation that ends right after the page has looked whether it has."""

    def __init__(self, bench: Bench) -> None:
        self.data, self.bench, self._late = bench.data, None, bench
        self.problem, self.refused = None, None
        self.steps = {name: PreparationStep() for name in STEPS}

    @property
    def stage(self) -> int:
        for step in self.steps.values():
            step.state = "ready"
        self.bench = self._late
        return len(STEPS)

    @property
    def over(self) -> bool:
        return all(step.state == "ready" for step in self.steps.values())

    def cancel(self) -> None: ...


def test_a_preparation_that_ends_while_the_page_is_drawn_shows_the_page(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Late(bench)
    monkeypatch.setattr(preparation, "preparation", lambda: late)
    app = open_page("overview")
    assert late.bench is bench, "the page looked before it was over"
    assert table()["preparing.title"]["en"] not in words(app)
    assert not [each for each in app.button if each.key == "stop_preparing"]

"""What the Models page says of memory before a training starts."""

from pathlib import Path

import pytest

from engine.data import default_cutoff
from engine.recommend.forecast import Size, forecast
from tests.fixtures.shops import journey
from ui.models import memory
from ui.models.work import Roster


@pytest.mark.parametrize(("lang", "word"), [("en", "memory"), ("zh", "内存")])
def test_it_says_what_a_training_takes_and_what_is_free_where_that_is_too_little(
    lang: str, word: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ui.text.words.language", lambda: lang)
    data = journey()
    until = default_cutoff(data)
    roster = Roster("journey", tmp_path, data, until, {}, "blend", None)
    takes = forecast("blend", Size.of(data.before(until)))
    assert memory.needed(roster, "blend") == takes
    monkeypatch.setattr(memory, "available", lambda: takes)
    assert memory.is_enough(roster, "blend")
    assert word in memory.sentence(roster, "blend")
    assert f"{max(takes / 1e9, 0.1):.1f} GB" in memory.sentence(roster, "blend")
    monkeypatch.setattr(memory, "needed", lambda *_: 1_000_000)
    assert "0.1 GB" in memory.sentence(roster, "blend"), "no training takes 0.0 GB"
    monkeypatch.undo()
    monkeypatch.setattr("ui.text.words.language", lambda: lang)
    monkeypatch.setattr(memory, "available", lambda: 100_000_000)
    assert not memory.is_enough(roster, "blend")
    assert "0.1 GB" in memory.sentence(roster, "blend")

"""The forecast of memory: what it counts, and that it stops a training before it starts."""

from pathlib import Path

import pytest

from engine.data.storage import memory
from engine.recommend import RECOMMENDERS, ridge
from engine.recommend.forecast import Size, forecast
from engine.training.training import train
from tests.fixtures.shops import journey
from tests.recommend.shops import shop

MIDDLE = Size(users=32_000, items=24_000, lines=800_000, pairs=550_000)


def test_what_a_training_sees_is_counted() -> None:
    data = shop([(0, 1, 1.0), (0, 1, 2.0), (1, 2, 3.0)], 4, 5)
    assert Size.of(data) == Size(users=4, items=2, lines=3, pairs=2)


@pytest.mark.parametrize("name", RECOMMENDERS)
def test_every_model_is_told_and_more_of_anything_takes_no_less(name: str) -> None:
    known = forecast(name, MIDDLE)
    assert 10**8 < known < 10**11
    for field in ("users", "items", "lines", "pairs"):
        values = {**vars(MIDDLE), field: 2 * getattr(MIDDLE, field)}
        assert forecast(name, Size(**values)) >= known, field


def test_the_middle_sized_shop_of_the_requirement_fits_in_three_gigabytes() -> None:
    assert forecast("blend", MIDDLE) < 3e9
    exact = ridge.memory((20_000, 24_000))  # what the exact inverse of its 20,000 most active shoppers took
    assert exact > 11e9


@pytest.mark.parametrize("name", ["blend", "frequency"])
def test_a_training_that_does_not_fit_is_refused_and_stores_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from engine.__main__ import main

    journey().save(tmp_path / "shop")
    monkeypatch.setattr(memory, "available", lambda: 1_000_000)
    assert main(["train", "--data", str(tmp_path / "shop"), "--model", name]) == 2
    said = capsys.readouterr().err
    assert "GB" in said and "memory" in said and name in said
    assert not list((tmp_path / "shop" / "models").glob(f"{name}*"))
    monkeypatch.undo()
    if name == "frequency":
        assert train(name, tmp_path / "shop")["name"] == name

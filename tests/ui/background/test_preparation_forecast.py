"""What is forecast of a shop's preparation, and what is left unsaid."""

import pytest

from engine.recommend.forecast import Size
from engine.recommend.time_forecast import Speed
from tests.fixtures.shops import catalogue, journey
from ui.background import preparation_forecast as module
from ui.background.preparation_forecast import preparation_forecast


def test_a_small_shop_and_one_without_a_log_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "machine_speed", lambda: Speed(1e-9, 3e-11))
    assert preparation_forecast(journey()) is None
    assert preparation_forecast(catalogue()) is None


def test_a_big_shop_has_one_that_grows_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "machine_speed", lambda: Speed(1e-9, 3e-11))
    told = []
    for users in (32_000, 200_000):
        size = Size(users=users, items=50_000, lines=20 * users, pairs=13 * users)
        monkeypatch.setattr(module.Size, "of", lambda _, size=size: size)
        told.append(preparation_forecast(journey()))
    middle, big = told
    assert middle is not None and big is not None
    assert 60 < middle.seconds < big.seconds and 1e9 < middle.n_bytes < big.n_bytes

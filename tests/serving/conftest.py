"""A server's state on the small shop, and clients that ask it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine.bench.bench import Bench
from engine.serving import FromFile, LiveSlates, app, live_slates
from engine.strategy.strategy import Strategy

HOME = "http://127.0.0.1:8000"
RULED = Strategy.checked(
    {
        "method": "mmr", "diversity": 0.1, "k": 8, "pool": 60,
        "constraints": [{"facet": "category", "max": 1, "window": 6, "name": "no two alike"}],
        "rules": [{"kind": "pin", "item_id": "823704", "position": 3}],
    },
    "test",
)  # fmt: skip


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_slates, "EVERY", 0.01)


def until(holds: Callable[[], Any]) -> Any:
    """What `holds` gives once that is true; it looks for five minutes at most: kernels may be compiled."""
    end = time.monotonic() + 300
    while not (found := holds()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
    return found


@contextmanager
def running(bench: Bench, strategies: Any, **options: Any) -> Iterator[LiveSlates]:
    found = LiveSlates(lambda report: bench, strategies, **options)
    found.start()
    try:
        until(lambda: found.ready or found.failure)
        yield found
    finally:
        found.stop()


def client_of(found: LiveSlates, token: str | None = None, at: str = HOME) -> TestClient:
    return TestClient(app(found, token), base_url=at, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def served(bench: Bench) -> Iterator[LiveSlates]:
    """The lists of RULED."""
    with running(bench, FromFile("ruled", RULED), fixed=True) as found:
        yield found


@pytest.fixture
def client(served: LiveSlates) -> TestClient:
    return client_of(served)

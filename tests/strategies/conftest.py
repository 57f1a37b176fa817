"""Every test of the store runs on SQLite and on PostgreSQL, each time in an empty database."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from engine.strategies import Store
from tests.strategies import postgres


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    programs = postgres.programs()
    if programs is None:
        why = "no PostgreSQL server in /usr/lib/postgresql (Debian: postgresql)"
        (pytest.fail if os.environ.get("EVENSHELF_REQUIRE_POSTGRES") == "1" else pytest.skip)(why)
    with postgres.server(programs) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/some folder/100%.db"
    return postgres.create(request.getfixturevalue("server"), f"test-{uuid4().hex}")


class Clock:
    """A clock that goes on by a second whenever it is read, and can be set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 2, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    opened = Store.open(url, clock)
    yield opened
    opened.close()

"""The database itself: its migrations, what it refuses to change, several writers, and addresses that are none."""

import hashlib
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from engine.data import InputError
from engine.strategies import Basis, Store
from engine.strategies.address import read_address
from engine.strategies.database import Database
from engine.strategies.tables import REVISIONS, metadata, names
from engine.strategy.strategy import DEFAULT
from tests.strategies import postgres

BASIS = Basis("f00d")


def execute(url: str, *statements: str) -> None:
    database = Database.open(url)
    try:
        with database.writing() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        database.close()


def test_the_migrations_make_the_tables_as_they_are_written(url: str) -> None:
    database = Database.open(url)
    with database.reading() as connection:
        options = {"version_table": REVISIONS, "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        if connection.dialect.name == "sqlite":
            pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas} == pragmas
    database.close()


def test_a_database_is_opened_again_as_it_was(url: str) -> None:
    first = Store.open(url)
    saved = first.save("shop", "Mix", DEFAULT, BASIS, author="Ann")
    first.close()
    again = Store.open(url)
    assert again.get("shop", "Mix") == saved
    again.close()


def test_a_newer_database_is_refused(url: str) -> None:
    execute(url, f"UPDATE {REVISIONS} SET version_num = '9999'")
    with pytest.raises(InputError, match=r"revision: written by a newer Evenshelf \('9999'\)") as refused:
        Store.open(url)
    assert "p@ss" not in str(refused.value) and "p%40ss" not in str(refused.value)


def test_a_migration_that_fails_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(config: Config, revision: str, upgrade: Callable[[Config, str], None] = command.upgrade) -> None:
        upgrade(config, revision)
        raise RuntimeError("stopped halfway")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError, match="stopped halfway"):
        patch.setattr(command, "upgrade", stopped)
        Store.open(url)
    store = Store.open(url)
    assert store.names("shop") == []
    store.close()


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
@pytest.mark.parametrize("table", [table.name for table in metadata.sorted_tables])
def test_the_database_itself_refuses_to_change_rows(url: str, table: str, statement: str) -> None:
    store = Store.open(url)
    store.save("shop", "Mix", DEFAULT, BASIS, author="Ann")
    store.sign("shop", "a" * 64, "signed", author="Ann")
    store.adopt("id/1", "shop", author="Ann")
    with pytest.raises(DBAPIError, match=f"{table} only grows"):
        execute(url, statement.format(table))
    assert len(store.history("shop", "Mix")) == 1
    store.close()


def test_content_with_a_field_of_the_future(url: str) -> None:
    store = Store.open(url)
    store.save("shop", "Mix", DEFAULT, BASIS, author="Ann")
    content = '{"diversity":0.3,"flavour":{},"method":"mmr"}'
    digest = hashlib.sha256(content.encode()).hexdigest()
    execute(
        url,
        "INSERT INTO strategy_versions "
        "(name_id, number, surface, content, sha256, author, comment, created_at, data_hash) VALUES "
        f"(1, 2, 'for_you', '{content}', '{digest}', 'Bo', '', '2026-11-02 08:00:00', 'f00d')",
        "INSERT INTO strategy_events (version_id, status, author, comment, at) VALUES "
        "(2, 'draft', 'Bo', '', '2026-11-02 08:00:00')",
    )
    version = store.get("shop", "Mix")
    assert version.author == "Bo"
    for read in (lambda: version.strategy, lambda: store.revert("shop", "Mix", 2, author="Ann")):
        with pytest.raises(InputError, match="Mix, version 2, flavour: this field is not known here"):
            read()
    store.close()


def test_one_of_two_savers_wins(store: Store) -> None:
    together = threading.Barrier(2)

    def save(author: str, expected: int) -> str:
        together.wait()
        try:
            return str(store.save("shop", "Mix", DEFAULT, BASIS, author=author, expected=expected).number)
        except InputError as refused:
            return str(refused)

    for turn in range(1, 11):
        with ThreadPoolExecutor(2) as threads:
            told = sorted(threads.map(save, ["Bo", "Cy"], [turn - 1] * 2))
        winner = store.get("shop", "Mix").author
        assert told[0] == str(turn) and f"{winner} saved version {turn}" in told[1]


def test_many_savers_lose_nothing(url: str) -> None:
    """Each opens the empty database for itself, all at once."""
    together = threading.Barrier(6)

    def save(author: str) -> list[int]:
        together.wait()
        store = Store.open(url)
        try:
            return [store.save("shop", "Mix", DEFAULT, BASIS, author=author).number for _ in range(5)]
        finally:
            store.close()

    with ThreadPoolExecutor(6) as threads:
        numbers = list(threads.map(save, "ABCDEF"))
    assert sorted(itertools.chain.from_iterable(numbers)) == list(range(1, 31))
    assert all(own == sorted(own) for own in numbers)


def test_two_that_go_live_at_once_leave_one(store: Store) -> None:
    for name in "ABCD":
        store.save("shop", name, DEFAULT, BASIS, author="Ann")
        store.approve("shop", name, 1, author="Ann")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda name: store.go_live("shop", name, 1, author="Ann"), "ABCD"))
    assert sorted(version.status for version in store.versions("shop")) == ["live", "retired", "retired", "retired"]
    live = store.live("shop", "for_you")
    assert live is not None and live.status == "live"


def test_who_waits_too_long_is_told_and_readers_do_not_wait(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.strategies.database.PATIENCE", 0.2)
    store, other = Store.open(url), Database.open(url)
    store.save("shop", "Mix", DEFAULT, BASIS, author="Ann")
    with other.writing() as connection:
        connection.execute(names.insert().values(shop="shop", name="Half"))
        assert store.names("shop") == ["Mix"]
        with pytest.raises(InputError, match=r"the database says: .*lock.* not locked, and try again"):
            store.save("shop", "Mix", DEFAULT, BASIS, author="Bo")
    assert store.save("shop", "Mix", DEFAULT, BASIS, author="Bo").number == 2
    store.close(), other.close()


def test_a_server_that_cuts_connections_is_met_again(server: str) -> None:
    url = postgres.create(server, f"test-{uuid4().hex}")
    store = Store.open(url)
    store.save("shop", "Mix", DEFAULT, BASIS, author="Ann")
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    execute(url, f"SELECT pg_terminate_backend(pid) {others}")
    assert store.names("shop") == ["Mix"]
    store.close()


def test_a_block_that_raises_writes_nothing(url: str) -> None:
    database = Database.open(url)
    with pytest.raises(RuntimeError), database.writing() as connection:
        connection.execute(names.insert().values(shop="shop", name="Mix"))
        raise RuntimeError
    with database.reading() as connection:
        assert connection.execute(names.select()).all() == []
    database.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("no url", "not the URL of a database"),
        ("postgresql://ann:secret@host:port/db", "not the URL of a database"),
        ("mysql://ann:secret@host/db", "neither PostgreSQL nor a SQLite file"),
        ("sqlite://", "neither PostgreSQL nor a SQLite file"),
        ("sqlite:///:memory:", "neither PostgreSQL nor a SQLite file"),
        ("sqlite:///a.db?mode=ro", "neither PostgreSQL nor a SQLite file"),
        ("postgres:///db", "no user or no host"),
        ("postgres://ann:secret@host/db?sslmode=perhaps", "an option that is not known here"),
        ("postgres://ann:secret@host/db?target=any", "an option that is not known here"),
        ("postgres://ann:secret@127.0.0.1:1/db", "Can't create a connection"),
    ],
)
def test_addresses_that_are_none(url: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        Store.open(url)
    assert "secret" not in str(refused.value) and refused.value.problems[0].fix


def test_a_wrong_password_is_told(server: str) -> None:
    with pytest.raises(InputError, match="password authentication failed"):
        Store.open(server.replace("p%40ss", "guess") + "/postgres")


def test_files_that_are_no_database(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database at all " * 100)
    for file in (tmp_path / "text.db", tmp_path, tmp_path / "text.db" / "inside.db"):
        with pytest.raises(InputError) as refused:
            Store.open(f"sqlite:///{file}")
        assert refused.value.problems[0].kind in ("store_unusable", "no_store_folder")


def test_where_the_database_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert read_address().place == str(tmp_path / "home" / "strategies.db")
    for scheme in ("postgres", "postgresql"):
        monkeypatch.setenv("DATABASE_URL", f"{scheme}://ann:secret@host/db?sslmode=require")
        found = read_address()
        assert found.url.drivername == "postgresql+pg8000" and found.place == "postgresql://ann:***@host/db"
        assert found.arguments["ssl_context"] is True
    whole = read_address("postgres://ann@host/db?sslmode=verify-full").arguments["ssl_context"]
    known = read_address("postgres://ann@host/db?sslmode=verify-ca").arguments["ssl_context"]
    assert whole.check_hostname and not known.check_hostname

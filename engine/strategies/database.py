"""The database behind the store, SQLite or PostgreSQL: transactions for reading and for writing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError

from engine.data.problems import refuse
from engine.strategies.address import Address, read_address
from engine.strategies.migrate import migrate

PATIENCE = 10  # seconds that a writer waits for another one
WRITERS = 0x5E1F  # number of the PostgreSQL lock that writers of strategies take in turn
# SQLSTATE classes of errors of the server, the network or the login, not of our statements
OUTSIDE = ("08", "28", "3D", "53", "55", "57", "58")


class Database:
    """An opened database that has all tables. `place` names it in messages, without its password."""

    def __init__(self, address: Address) -> None:
        self.place = address.place
        self._engine = _engine(address)

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """See `address.read_address` for what the URL may be. Raises InputError where the database cannot be used."""
        database = cls(read_address(url))
        try:
            with database.writing() as connection:
                migrate(connection, database.place)
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction for reading. It does not wait for writers, and does not see uncommitted changes."""
        with self._refusals(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has the tables to itself: what it reads is still so when it writes.

        It is kept as a whole, on disk, when the block ends, and not at all if the block raises.
        """
        with (
            self._refusals(),
            self._engine.connect().execution_options(writing=True) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
            yield connection

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, OSError) as error:  # pg8000 lets some network errors pass as they are
            if _ours(error):
                raise
            fix = "check that it is there, not full and not locked, and try again"
            words = _words(error)
            problem, details = f"the database says: {words}", {"said": words}
            raise refuse(self.place, "store_unusable", problem, fix, details=details) from None


def _engine(address: Address) -> Engine:
    if address.url.drivername.startswith("postgresql"):
        # Each statement must see what was written before the lock was given, whatever the server's default is.
        engine = create_engine(address.url, isolation_level="READ COMMITTED", connect_args=address.arguments)
        event.listen(engine, "checkout", _ping)
        return engine
    engine = create_engine(address.url, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _ping(connection: Any, record: object, proxy: object) -> None:
    """Have a kept connection replaced that a restart of the server has cut.

    `pool_pre_ping` would do, if pg8000 let no network errors through as they are.
    """
    try:
        connection.cursor().execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _prepare(connection: sqlite3.Connection, record: object) -> None:
    """Every commit on disk before it is reported, readers beside a writer."""
    connection.isolation_level = None  # transactions begin in `_begin`, not where the driver thinks fit
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    given_up = time.monotonic() + PATIENCE
    while True:  # SQLite does not wait by itself where several make a new file's log at once
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > given_up:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _ours(error: DBAPIError | OSError) -> bool:
    """Whether a statement of ours was wrong, so that no user can help it."""
    answer = _answer(error)
    return not answer["C"].startswith(OUTSIDE) if "C" in answer else isinstance(error, IntegrityError)


def _words(error: DBAPIError | OSError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(_answer(error).get("M") or cause).rstrip(".")


def _answer(error: DBAPIError | OSError) -> dict[str, str]:
    """What a PostgreSQL server answered: C is its SQLSTATE, M its words; empty where there was no such answer."""
    arguments = error.orig.args[:1] if isinstance(error, DBAPIError) and error.orig else ()
    return arguments[0] if arguments and isinstance(arguments[0], dict) else {}

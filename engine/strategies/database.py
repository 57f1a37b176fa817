"""The database behind the store, SQLite or PostgreSQL: transactions for reading and for writing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.data.problems import refuse
from engine.strategies.address import Address, read_address
from engine.strategies.migrate import migrate

PATIENCE = 10  # seconds that one writer waits for another
WRITERS = 0x5E1F  # number of the PostgreSQL lock that writers of strategies take in turn
# SQLSTATE classes that tell of the server, the network or the login, and not of our statements
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
        """A transaction that sees one state and waits for nobody."""
        with self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has the tables to itself: what it reads is still so when it writes.

        It is kept as a whole, on disk, when the block ends, and not at all if the block raises.
        """
        with (
            self._told(),
            self._engine.connect().execution_options(writing=True) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if _ours(error):
                raise
            fix = "check that it is there, not full and not locked, and try again"
            raise refuse(self.place, "store_unusable", f"the database says: {_words(error)}", fix) from None


def _engine(address: Address) -> Engine:
    if address.url.drivername.startswith("postgresql"):
        # Each statement must see what was written before the lock was given, whatever the server's default is.
        return create_engine(
            address.url, isolation_level="READ COMMITTED", pool_pre_ping=True, connect_args=address.arguments
        )
    engine = create_engine(address.url, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


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


def _ours(error: DBAPIError) -> bool:
    """Whether a statement of ours was wrong, so that no user can help it."""
    told = error.orig.args[0] if error.orig and error.orig.args else None
    if isinstance(told, dict):  # a PostgreSQL server answered; C is its SQLSTATE
        return not str(told.get("C")).startswith(OUTSIDE)
    return isinstance(error, IntegrityError)


def _words(error: DBAPIError) -> str:
    told = error.orig.args[0] if error.orig and error.orig.args else error
    return str(told["M"] if isinstance(told, dict) and "M" in told else told).rstrip(".")

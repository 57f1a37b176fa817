"""The address of the database: a URL, checked, and the arguments of its driver."""

import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.data import home
from engine.data.problems import refuse
from engine.data.storage.private import make_file

VARIABLE = "DATABASE_URL"
FILE = "strategies.db"
SILENCE = 30  # seconds without an answer after which a PostgreSQL server counts as gone
FIX = "write postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:////FOLDER/FILE"
SSL = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


@dataclass(frozen=True)
class Address:
    """A database. `place` names it to people; `arguments` are the driver's."""

    url: URL
    place: str
    arguments: dict[str, Any] = field(default_factory=dict)


def read_address(text: str | None = None) -> Address:
    """The database of a URL, of $DATABASE_URL, or else the SQLite file `strategies.db` in Evenshelf's home.

    postgres:// and postgresql:// are the same; they may end in ?sslmode=, which means what it means to PostgreSQL.
    Raises InputError for any other URL, and where the folder of a SQLite file cannot be made.
    """
    text = text or os.environ.get(VARIABLE)
    if not text:
        return _sqlite(URL.create("sqlite", database=str(home() / FILE)))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise refuse(VARIABLE, "bad_url", "not the URL of a database", FIX) from None  # it may hold a password
    if url.drivername in ("postgres", "postgresql"):
        return _postgres(url)
    if url.drivername == "sqlite" and url.database and url.database != ":memory:" and not url.query:
        return _sqlite(url)
    masked = url.render_as_string(hide_password=True)
    raise refuse(VARIABLE, "bad_url", "neither PostgreSQL nor a SQLite file", FIX, value=masked)


def _sqlite(url: URL) -> Address:
    file = Path(str(url.database))
    try:
        make_file(file)  # its log files get the same mode
    except OSError as error:
        fix = "give Evenshelf a folder that it may write to"
        problem, details = f"cannot be made: {error.strerror}", {"said": str(error.strerror)}
        raise refuse(str(file.parent), "no_store_folder", problem, fix, details=details) from None
    return Address(url, str(file))


def _postgres(url: URL) -> Address:
    place = url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
    if not url.username or not url.host:
        raise refuse(VARIABLE, "bad_url", "no user or no host", FIX, value=place)
    mode = url.query.get("sslmode", "prefer")
    if set(url.query) - {"sslmode"} or mode not in SSL:
        fix = f"leave out what stands after ?, or write ?sslmode= with one of {', '.join(sorted(SSL))}"
        raise refuse(VARIABLE, "bad_url", "an option that is not known here", fix, value=place)
    arguments = {"ssl_context": _ssl(str(mode)), "timeout": SILENCE}
    return Address(url.set(drivername="postgresql+pg8000", query={}), place, arguments)


def _ssl(mode: str) -> ssl.SSLContext | bool | None:
    """The driver's word for it: False = never, None = if the server has it, True = always, else also who it is."""
    if mode.startswith("verify"):
        context = ssl.create_default_context()
        context.check_hostname = mode == "verify-full"
        return context
    return {"disable": False, "require": True}.get(mode)

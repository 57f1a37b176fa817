"""The rules of a strategy's life: which steps are allowed, and what follows from them.

Each function runs in the transaction that writes.
"""

import re
from datetime import datetime

from sqlalchemy import Connection

from engine.data.problems import refuse
from engine.strategies import rows
from engine.strategies.checks import SOURCE
from engine.strategies.records import STATUSES, Event, Status, Version
from engine.strategies.schedule import Window

LISTED = 10  # names that a message offers


def known(connection: Connection, shop: str, name: str) -> Version:
    """The newest version of a name. Raises InputError where nothing was saved under it."""
    newest = rows.newest(connection, shop, name)
    if newest is None:
        names = ", ".join(rows.shop_names(connection, shop)[:LISTED])
        problem = "this shop has no strategy of this name"
        if not names:
            raise refuse(SOURCE, "no_strategies", problem, "save one first", value=name)
        raise refuse(SOURCE, "unknown_name", problem, f"take one of {names}", value=name, details={"names": names})
    return newest


def known_version(connection: Connection, shop: str, name: str, number: int | None) -> Version:
    """One version of a name, None = the newest. Raises InputError where there is no such version."""
    newest = known(connection, shop, name)
    if number is None or number == newest.number:
        return newest
    if not 1 <= number < newest.number:
        fix = f"take 1 to {newest.number}"
        raise refuse(name, "unknown_version", "no such version", fix, column="version", value=str(number),
                     details={"most": str(newest.number)})  # fmt: skip
    return rows.find(connection, shop, name, number=number)[0]


def check_expected(newest: Version | None, name: str, expected: int | None) -> None:
    """Refuse to save after a version that the author has not seen. expected: the last they saw, 0 = there was none."""
    last = newest.number if newest else 0
    if expected is None or expected == last:
        return
    if newest is None:
        fix = "save it as a new one"
        raise refuse(name, "not_there_yet", "nothing is saved under this name", fix, value=str(expected))
    problem = f"{newest.author} saved version {last} on {newest.created_at:%Y-%m-%d at %H:%M} UTC"
    details = {"author": newest.author, "version": str(last), "at": f"{newest.created_at:%Y-%m-%d %H:%M}"}
    raise refuse(name, "changed_meanwhile", problem, "look at it, then save again", column="expected",
                 value=str(expected), details=details)  # fmt: skip


def check_step(version: Version, status: Status) -> None:
    """Refuse a step that does not follow the last one: a draft is approved, goes live, is retired."""
    before = STATUSES[STATUSES.index(status) - 1]
    if version.status != before:
        fixes = {
            "draft": ("is_draft", "approve it first"),
            "approved": ("is_approved", "make it live first"),
            "live": ("is_live", "retire it first, or leave it"),
            "retired": ("is_retired", "revert to it: that saves it as a new draft"),
        }
        kind, fix = fixes[version.status]
        problem = f"a version must be {before} to become {status}"
        raise refuse(str(version), kind, problem, fix, column="status", value=version.status)


def replacing(version: Version) -> str:
    """The comment of the step by which a version is replaced by another one."""
    return f"replaced by {version}"


def replaced_by(comment: str) -> tuple[str, int] | None:
    """Name and number of the version that `replacing` names in a comment; None of any other comment."""
    match = re.fullmatch(r"replaced by (.+), version (\d+)", comment)
    return (match[1], int(match[2])) if match else None


def clear_window(connection: Connection, version: Version, window: Window, author: str, now: datetime) -> None:
    """Make sure that at most one version is in force on a surface at any moment, with `version` in this window as well.

    Without a schedule it takes over now: what is in force now, or is without a schedule itself, is retired. With one it
    goes before those without for as long as it lasts. Raises InputError where two schedules overlap.
    """
    for other in rows.find(connection, version.shop, surface=version.surface, status="live"):
        if window.scheduled and other.window.scheduled and window.overlaps(other.window):
            problem = f"{other} is live on {version.surface} {other.window}"
            bounds = (other.window.starts_at, other.window.ends_at)
            during = " – ".join(f"{at:%Y-%m-%d %H:%M}" if at else "…" for at in bounds)
            details = {"name": other.name, "number": str(other.number), "during": during}
            raise refuse(str(version), "overlap", problem, "take another time, or retire it first", column="schedule",
                         value=str(window), details=details)  # fmt: skip
        if not window.scheduled and (not other.window.scheduled or other.window.holds(now)):
            retired = Event(other.name, other.number, "retired", author, replacing(version), now, Window())
            rows.add_event(connection, version.shop, retired)

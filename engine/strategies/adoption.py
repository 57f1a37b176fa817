"""Adoption: a shop takes over what was saved for another one, such as under its folder's name before shops had ids.

Saved rows are never changed, so an adoption is one more row. Each function runs in the caller's transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, select

from engine.data.problems import refuse
from engine.strategies import rows
from engine.strategies.checks import SOURCE
from engine.strategies.records import Version
from engine.strategies.tables import adoptions, names, signatures, versions


@dataclass(frozen=True)
class SavedShop:
    """A shop for which something was saved.

    shop         the name under which its rows are saved
    names        of its strategies, in alphabetical order
    signatures   how many there are
    data_hashes  of the data on which its strategies were judged
    adopted_by   the shop that took it over, None where there is none
    """

    shop: str
    names: tuple[str, ...]
    signatures: int
    data_hashes: frozenset[str]
    adopted_by: str | None


def saved_shops(connection: Connection, only: str | None = None) -> list[SavedShop]:
    """All shops for which something was saved, in alphabetical order, or only one."""
    owners = {row.adopted: row.shop for row in connection.execute(_only(select(adoptions), adoptions.c.adopted, only))}
    titles: dict[str, set[str]] = {}
    hashes: dict[str, set[str]] = {}
    joined = names.join(versions, versions.c.name_id == names.c.id)
    saved = select(names.c.shop, names.c.name, versions.c.data_hash).distinct().select_from(joined)
    for row in connection.execute(_only(saved, names.c.shop, only)):
        titles.setdefault(row.shop, set()).add(row.name)
        hashes.setdefault(row.shop, set()).add(row.data_hash)
    signed = list(connection.scalars(_only(select(signatures.c.shop), signatures.c.shop, only)))
    return [
        SavedShop(
            shop, tuple(sorted(titles.get(shop, ()))), signed.count(shop), frozenset(hashes.get(shop, ())),
            owners.get(shop),
        )
        for shop in sorted({*titles, *signed})
    ]  # fmt: skip


def check(connection: Connection, shop: str, other: str) -> None:
    """Raise InputError where a shop cannot take over what was saved for another one."""
    saved = next(iter(saved_shops(connection, other)), None)
    if saved is None or other == shop:
        fix = "`strategies shops` lists the shops for which there is something"
        raise refuse(SOURCE, "nothing_saved", "nothing was saved for this shop", fix, column="from", value=other)
    if saved.adopted_by is not None:
        problem, fix = f"the shop {saved.adopted_by} goes on with it", "use that shop, or save the strategies anew"
        raise refuse(SOURCE, "adopted", problem, fix, column="from", value=other, details={"shop": saved.adopted_by})
    both = sorted(set(rows.shop_names(connection, shop)) & set(rows.shop_names(connection, other)))
    if both:
        problem = f"both shops have strategies called {', '.join(both[:10])}"
        fix = "give this shop another id (`prepare --shop-id`), adopt there, and save its own strategies anew"
        raise refuse(SOURCE, "both_have", problem, fix, value=other, details={"names": ", ".join(both[:10])})
    for own, theirs in _clashes(connection, shop, other):
        problem = f"{own} and {theirs} are both live on {own.surface}"
        details = {"own": str(own), "other": str(theirs)}
        raise refuse(SOURCE, "both_live", problem, f"retire {own} first", value=other, details=details)


def add(connection: Connection, shop: str, other: str, author: str, now: datetime) -> None:
    connection.execute(adoptions.insert().values(shop=shop, adopted=other, author=author, at=now))


def _only(query: Select[Any], column: Column[str], shop: str | None) -> Select[Any]:
    return query if shop is None else query.where(column == shop)


def _clashes(connection: Connection, shop: str, other: str) -> Iterator[tuple[Version, Version]]:
    """Live versions of the two that would be in force at once."""
    for own in rows.find(connection, shop, status="live"):
        for theirs in rows.find(connection, other, status="live"):
            same_kind = own.window.scheduled == theirs.window.scheduled
            if own.surface == theirs.surface and same_kind and own.window.overlaps(theirs.window):
                yield own, theirs

"""Statements of the store: rows into records, records into rows. Each runs in the caller's transaction."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, Text, func, literal, select

from engine.strategies.records import Basis, Event, Signature, Status, Version
from engine.strategies.schedule import Window
from engine.strategies.tables import adoptions, events, names, signatures, versions


def find(
    connection: Connection,
    shop: str,
    name: str | None = None,
    *,
    number: int | None = None,
    surface: str | None = None,
    status: Status | None = None,
    at: datetime | None = None,
) -> list[Version]:
    """The versions of a shop that fit, by name and number, with the status they have, or had `at` that moment (UTC)."""
    query = _with_status(at).where(_of(names.c.shop, shop))
    wanted = {names.c.name: name, versions.c.number: number, versions.c.surface: surface, events.c.status: status}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    matches = [_version(row, shop) for row in connection.execute(query)]
    return sorted(matches, key=lambda version: (*_alphabetical(version.name), version.number))


def newest(connection: Connection, shop: str, name: str) -> Version | None:
    """The last version of a name, None where there is none."""
    query = _with_status(None).where(_of(names.c.shop, shop), names.c.name == name)
    row = connection.execute(query.order_by(versions.c.number.desc()).limit(1)).first()
    return _version(row, shop) if row else None


def shop_names(connection: Connection, shop: str) -> list[str]:
    query = select(names.c.name).where(_of(names.c.shop, shop))
    return sorted(connection.scalars(query), key=_alphabetical)


def history(connection: Connection, shop: str, name: str | None) -> list[Event]:
    """All events of one name, or of all, in the order in which they happened."""
    joined = events.join(versions, events.c.version_id == versions.c.id).join(names, versions.c.name_id == names.c.id)
    query = select(names.c.name, versions.c.number, events).select_from(joined).where(_of(names.c.shop, shop))
    if name is not None:
        query = query.where(names.c.name == name)
    return [
        Event(row.name, row.number, row.status, row.author, row.comment, row.at, Window(row.starts_at, row.ends_at))
        for row in connection.execute(query.order_by(events.c.id))
    ]


def add_version(connection: Connection, new: Version) -> None:
    """Store a version with its first event, under a name that is made if need be."""
    if new.number == 1:
        connection.execute(names.insert().values(shop=new.shop, name=new.name))
    name_id = select(names.c.id).where(_of(names.c.shop, new.shop), names.c.name == new.name).scalar_subquery()
    connection.execute(
        versions.insert().values(
            name_id=name_id, number=new.number, surface=new.surface, content=new.content, sha256=new.sha256,
            author=new.author, comment=new.comment, created_at=new.created_at,
            data_hash=new.basis.data_hash, model=new.basis.model, cutoff=new.basis.cutoff,
        )
    )  # fmt: skip
    first = Event(new.name, new.number, new.status, new.author, new.comment, new.created_at, new.window)
    add_event(connection, new.shop, first)


def add_event(connection: Connection, shop: str, new: Event) -> None:
    """Store a step in the life of a version that is there."""
    version_id = (
        select(versions.c.id)
        .join(names, versions.c.name_id == names.c.id)
        .where(_of(names.c.shop, shop), names.c.name == new.name, versions.c.number == new.number)
        .scalar_subquery()
    )
    connection.execute(
        events.insert().values(
            version_id=version_id, status=new.status, author=new.author, comment=new.comment, at=new.at,
            starts_at=new.window.starts_at, ends_at=new.window.ends_at,
        )
    )  # fmt: skip


def add_signature(connection: Connection, new: Signature) -> None:
    name, number = new.strategy or (None, None)
    connection.execute(
        signatures.insert().values(
            shop=new.shop, audit=new.audit, decision=new.decision, author=new.author, comment=new.comment,
            points=json.dumps(new.points, ensure_ascii=False), at=new.at, name=name, number=number,
        )
    )  # fmt: skip


def find_signatures(connection: Connection, shop: str, audit: str | None) -> list[Signature]:
    """The signatures of one audit, or of all of a shop, the oldest first."""
    query = select(signatures).where(_of(signatures.c.shop, shop))
    if audit is not None:
        query = query.where(signatures.c.audit == audit)
    return [
        Signature(
            shop, row.audit, row.decision, row.author, row.comment, tuple(json.loads(row.points)), row.at,
            None if row.name is None else (row.name, row.number),
        )
        for row in connection.execute(query.order_by(signatures.c.id))
    ]  # fmt: skip


def _of(column: Column[str], shop: str) -> ColumnElement[bool]:
    """Whether a row belongs to a shop: it was saved for it, or for another one that it has adopted."""
    sources = select(literal(shop, Text).label("shop")).cte("own", recursive=True)
    sources = sources.union(select(adoptions.c.adopted).where(adoptions.c.shop == sources.c.shop))
    return column.in_(select(sources.c.shop))


def _alphabetical(name: str) -> tuple[str, str]:
    return name.casefold(), name  # here, as databases differ in it


def _with_status(at: datetime | None) -> Select[Any]:
    last = select(func.max(events.c.id)).where(events.c.version_id == versions.c.id)
    if at is not None:
        last = last.where(events.c.at <= at)
    joined = versions.join(names, versions.c.name_id == names.c.id).join(
        events, events.c.id == last.correlate(versions).scalar_subquery()
    )
    status = (events.c.status, events.c.starts_at, events.c.ends_at)
    return select(names.c.name, versions, *status).select_from(joined)


def _version(row: Row[Any], shop: str) -> Version:
    return Version(
        shop=shop, name=row.name, number=row.number, surface=row.surface, content=row.content, sha256=row.sha256,
        author=row.author, comment=row.comment, created_at=row.created_at,
        basis=Basis(row.data_hash, row.model, row.cutoff),
        status=row.status, window=Window(row.starts_at, row.ends_at),
    )  # fmt: skip

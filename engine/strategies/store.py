"""The store of strategies. Nothing in it is overwritten or deleted: a change is a new version, a step a new event."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self, TypeVar

from sqlalchemy import Connection

from engine.data.problems import refuse
from engine.strategies import adoption, rows, rules
from engine.strategies.adoption import SavedShop
from engine.strategies.checks import LONGEST_POINT, checked_basis, checked_hash, line, note, shop_id
from engine.strategies.database import Database
from engine.strategies.records import DECISIONS, Basis, Decision, Event, Signature, Status, Version, canonical
from engine.strategies.schedule import Window, in_utc
from engine.strategy.strategy import Strategy

T = TypeVar("T")


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """Named strategies of shops, in a database. Threads may share one store.

    shop    what `shops.shop_of` says of the shop's folder
    name    1 to 80 visible characters; so is every `author`
    number  of a version, from 1

    Every method raises InputError: for what it is given, for a name or a version that is not there, for a step that is
    not allowed, and where the database cannot be used. Then nothing is changed.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database, self._clock = database, clock

    @classmethod
    def open(cls, url: str | None = None, clock: Callable[[], datetime] = utc_now) -> Self:
        """The store in the database of a URL, of $DATABASE_URL, or in Evenshelf's home; made or migrated if need be."""
        return cls(Database.open(url), clock)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def names(self, shop: str) -> list[str]:
        """The names of a shop's strategies, in alphabetical order."""
        with self._database.reading() as connection:
            return rows.shop_names(connection, shop_id(shop))

    def versions(self, shop: str, name: str | None = None) -> list[Version]:
        """All versions of one strategy, or of all of them, by name and number."""
        return self._read(rows.find, shop, name)

    def history(self, shop: str, name: str | None = None) -> list[Event]:
        """All that happened to one strategy, or to all of them, the oldest first."""
        return self._read(rows.history, shop, name)

    def get(self, shop: str, name: str, number: int | None = None) -> Version:
        """One version; the newest where no number is given."""
        with self._database.reading() as connection:
            return rules.known_version(connection, shop_id(shop), line(name, "name"), number)

    def live(self, shop: str, surface: str, at: datetime | None = None) -> Version | None:
        """The version in force on a surface now, or `at` a moment, as it was or as it is planned; None without one.

        A scheduled version goes before one that is always live.
        """
        at = in_utc(at, "at")
        with self._database.reading() as connection:
            candidates = rows.find(connection, shop_id(shop), surface=line(surface, "surface"), status="live", at=at)
        in_force = [version for version in candidates if version.window.holds(at or self._clock())]
        return max(in_force, key=lambda version: version.window.scheduled, default=None)

    def save(
        self,
        shop: str,
        name: str,
        strategy: Strategy,
        basis: Basis,
        *,
        author: str,
        comment: str = "",
        expected: int | None = None,
    ) -> Version:
        """Save a strategy as the next version of a name, a draft.

        expected: the last version that the author has seen, 0 = the name is new to them. If somebody else has saved
        since, it is refused, saying who and when. None = whatever is there.
        """
        shop, name, author, comment = shop_id(shop), line(name, "name"), line(author, "author"), note(comment)
        basis = checked_basis(basis)
        content, sha256 = canonical(strategy)
        with self._database.writing() as connection:
            newest = rows.newest(connection, shop, name)
            rules.check_expected(newest, name, expected)
            new = Version(
                shop, name, newest.number + 1 if newest else 1, strategy.surface, content, sha256,
                author, comment, self._clock(), basis, "draft", Window(),
            )  # fmt: skip
            rows.add_version(connection, new)
        return new

    def revert(
        self, shop: str, name: str, number: int, *, author: str, comment: str = "", expected: int | None = None
    ) -> Version:
        """Save what an earlier version holds as a new version, a draft, whose comment names it."""
        old = self.get(shop, name, number)
        note = f"back to version {number}\n{comment}"
        return self.save(shop, name, old.strategy, old.basis, author=author, comment=note, expected=expected)

    def approve(self, shop: str, name: str, number: int, *, author: str, comment: str = "") -> Version:
        """Approve a draft."""
        return self._step("approved", shop, name, number, author, comment)

    def go_live(
        self,
        shop: str,
        name: str,
        number: int,
        *,
        author: str,
        comment: str = "",
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
    ) -> Version:
        """Make an approved version the one for its surface: from now on, or scheduled (moments with time zones).

        From now on: what is live there now is retired in the same step. Scheduled: it goes before what is always
        live for as long as it lasts; a schedule that overlaps another one is refused, naming it.
        """
        window = Window.checked(starts_at, ends_at, self._clock())
        return self._step("live", shop, name, number, author, comment, window)

    def retire(self, shop: str, name: str, number: int, *, author: str, comment: str = "") -> Version:
        """Retire a live version, also one whose time has not come."""
        return self._step("retired", shop, name, number, author, comment)

    def sign(
        self,
        shop: str,
        audit: str,
        decision: Decision,
        *,
        author: str,
        comment: str = "",
        points: Sequence[str] = (),
        strategy: tuple[str, int] | None = None,
    ) -> Signature:
        """Record that an author signed, or refused to sign, the report of an audit.

        audit: SHA-256 (hex) of its JSON; points: what the author confirmed; strategy: the saved version it is about.
        """
        shop, author, comment, audit = shop_id(shop), line(author, "author"), note(comment), checked_hash(audit)
        if decision not in DECISIONS:
            raise refuse("strategies", "decision", "no such decision", f"take {' or '.join(DECISIONS)}", value=decision)
        confirmed = tuple(line(point, "point", LONGEST_POINT) for point in points)
        with self._database.writing() as connection:
            if strategy is not None:
                rules.known_version(connection, shop, *strategy)
            new = Signature(shop, audit, decision, author, comment, confirmed, self._clock(), strategy)
            rows.add_signature(connection, new)
        return new

    def signatures(self, shop: str, audit: str | None = None) -> list[Signature]:
        """Who signed one audit of a shop, or any of them, the oldest first."""
        with self._database.reading() as connection:
            return rows.find_signatures(connection, shop_id(shop), audit and checked_hash(audit))

    def shops(self, only: str | None = None) -> list[SavedShop]:
        """All shops for which something was saved, by their names here; or only one, if there is any."""
        with self._database.reading() as connection:
            return adoption.saved_shops(connection, only and shop_id(only))

    def adopt(self, shop: str, other: str, *, author: str) -> None:
        """Let a shop take over all that was saved for another one, which is kept as it is.

        Refused where nothing was saved for the other, where a third shop has taken it over already, and where both have
        a strategy of one name, or one in force on the same surface at the same time.
        """
        shop, other, author = shop_id(shop), shop_id(other), line(author, "author")
        with self._database.writing() as connection:
            adoption.check(connection, shop, other)
            adoption.add(connection, shop, other, author, self._clock())

    def _read(self, find: Callable[[Connection, str, str | None], list[T]], shop: str, name: str | None) -> list[T]:
        shop, name = shop_id(shop), name and line(name, "name")
        with self._database.reading() as connection:
            if name is not None:
                rules.known(connection, shop, name)
            return find(connection, shop, name)

    def _step(
        self, status: Status, shop: str, name: str, number: int, author: str, comment: str, window: Window | None = None
    ) -> Version:
        shop, name, author, comment = shop_id(shop), line(name, "name"), line(author, "author"), note(comment)
        with self._database.writing() as connection:
            version = rules.known_version(connection, shop, name, number)
            rules.check_step(version, status)
            now = self._clock()
            if window is not None:
                rules.clear_window(connection, version, window, author, now)
            step = Event(name, version.number, status, author, comment, now, window or Window())
            rows.add_event(connection, shop, step)
            return replace(version, status=status, window=step.window)

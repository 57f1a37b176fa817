"""The saved strategies of the shop in use, as the pages read and change them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from engine.strategies import Basis, Event, SavedShop, Status, Store, Version, shop_of, unadopted
from ui.background import shop_in_use
from ui.text import problems
from ui.text.words import plain, t, table

ME = "_author"  # of the session: who acts, as they wrote it last


@contextmanager
def opened() -> Iterator[Store]:
    """The store, open during the run of a page. Raises InputError if the database cannot be used."""
    store = Store.open()
    try:
        yield store
    finally:
        store.close()


def shop(store: Store) -> str:
    """The id of the shop in use in the store."""
    return shop_of(store, shop_in_use.folder())


def basis(bench: Bench) -> Basis:
    """The data and model that a strategy saved now was evaluated with."""
    if not bench.context.trained:
        return Basis(bench.data.hash)
    return Basis(bench.data.hash, bench.card["name"], bench.card["until"])


@dataclass(frozen=True)
class StrategySnapshot:
    """A shop's strategies at one moment: all versions, all events, and the versions that are live."""

    versions: list[Version]
    events: list[Event]
    live: dict[str, Version]  # by surface; those without one are left out
    at: datetime
    unadopted: SavedShop | None = None  # saved under the folder's name before shops had ids, on other data

    @classmethod
    def read(cls, surfaces: tuple[str, ...]) -> "StrategySnapshot":
        """Raises InputError where the database cannot be used."""
        with opened() as store:
            own, waiting = shop(store), unadopted(store, shop_in_use.folder())
            versions, events, at = store.versions(own), store.history(own), datetime.now(UTC)
            latest = {surface: store.live(own, surface, at) for surface in surfaces}
        live = {surface: version for surface, version in latest.items() if version}
        return cls(versions, events, live, at, waiting)

    @property
    def newest(self) -> dict[str, Version]:
        """The newest version of each name, the last saved first."""
        last = {version.name: version for version in self.versions}
        return dict(sorted(last.items(), key=lambda entry: entry[1].created_at, reverse=True))

    def of(self, name: str) -> list[Version]:
        """The versions of one name, the newest first."""
        return [version for version in reversed(self.versions) if version.name == name]

    def version(self, name: str, number: int) -> Version | None:
        return next((version for version in self.versions if (version.name, version.number) == (name, number)), None)

    def step(self, version: Version, status: Status) -> Event | None:
        """The step that gave a version a status."""
        steps = (e for e in self.events if (e.name, e.number, e.status) == (version.name, version.number, status))
        return next(steps, None)

    def waiting(self, surface: str) -> list[Version]:
        """The versions that are scheduled to go live on a surface later, the next one first."""
        coming = [v for v in self.versions if v.surface == surface and v.status == "live" and v.window.starts_at]
        coming = [v for v in coming if v.window.starts_at and v.window.starts_at > self.at]
        return sorted(coming, key=lambda version: version.window.starts_at or self.at)

    def in_force(self, version: Version) -> bool:
        return self.live.get(version.surface) == version


def refused(error: InputError) -> str:
    """The reasons of the store, or of the engine, for refusing something, as markdown."""
    lines = []
    for problem in error.problems[:3]:
        message, fix = problems.words(problem)
        field = f"strategies.field.{problem.column}"
        where = f"**{t(field)}**: " if field in table() else ""
        value = f" ({plain(problem.value)})" if problem.value and problem.file == "strategy" else ""
        lines.append(f"{where}{plain(_capital(message))}{value}. {plain(_capital(fix))}.")
    return "\n\n".join(lines)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def signature(key: str) -> tuple[str, str]:
    """Ask who acts, and why; say that nobody checks it. The name is remembered for the session."""
    author = st.text_input(
        t("strategies.author"), value=st.session_state.get(ME, ""), key=f"{key}_author", max_chars=80,
        help=t("strategies.author_help"), autocomplete="name",
    )  # fmt: skip
    comment = st.text_area(t("strategies.comment"), key=f"{key}_comment", max_chars=2_000, height=80)
    st.markdown(f":gray[:small[:material/info: {t('strategies.no_login')}]]")
    return author or "", comment or ""


def remember(author: str) -> None:
    st.session_state[ME] = author.strip()

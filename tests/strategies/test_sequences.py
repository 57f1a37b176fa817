"""Whatever people do in whatever order: versions stay dense and as they were, one is in force, history only grows."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from engine.data import InputError
from engine.strategies import STATUSES, Basis, Event, Store, Version
from engine.strategy.strategy import Strategy
from tests.strategies.conftest import Clock

NAMES, SURFACES = st.sampled_from(["A", "B", "C"]), st.sampled_from(["for_you", "new"])
NUMBERS, HOURS = st.integers(1, 3), st.none() | st.integers(-5, 48)


class Sequences(RuleBasedStateMachine):
    """Every rule may be refused; then nothing may have changed."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__()
        self.store, self.clock, self.shop = store, clock, uuid4().hex
        self.saved: dict[tuple[str, int], Version] = {}
        self.events: list[Event] = []

    def attempt(self, step: str, *args: Any, **options: Any) -> None:
        before = self.store.history(self.shop)
        try:
            version = getattr(self.store, step)(self.shop, *args, author="Ann", **options)
        except InputError:
            assert self.store.history(self.shop) == before
            return
        if step in ("save", "revert"):
            assert (version.name, version.number) not in self.saved
            self.saved[version.name, version.number] = version
        else:
            assert self.store.get(self.shop, version.name, version.number) == version

    @rule(name=NAMES, diversity=st.floats(0, 1), surface=SURFACES, expected=st.none() | st.integers(0, 3))
    def save(self, name: str, diversity: float, surface: str, expected: int | None) -> None:
        strategy = Strategy.checked({"method": "mmr", "diversity": diversity, "surface": surface}, "test")
        self.attempt("save", name, strategy, Basis("f00d"), expected=expected)

    @rule(name=NAMES, number=NUMBERS, step=st.sampled_from(["approve", "retire", "revert"]))
    def step(self, name: str, number: int, step: str) -> None:
        self.attempt(step, name, number)

    @rule(name=NAMES, number=NUMBERS, starts=HOURS, ends=HOURS)
    def go_live(self, name: str, number: int, starts: int | None, ends: int | None) -> None:
        hours = {"starts_at": starts, "ends_at": ends}
        moments = {key: hour if hour is None else self.clock.now + timedelta(hours=hour) for key, hour in hours.items()}
        self.attempt("approve", name, number)
        self.attempt("go_live", name, number, **moments)

    @rule(hours=st.integers(0, 24))
    def wait(self, hours: int) -> None:
        self.clock.now += timedelta(hours=hours)

    @invariant()
    def versions_are_dense_and_as_they_were(self) -> None:
        versions = self.store.versions(self.shop)
        assert len(versions) == len(self.saved)
        for name in self.store.names(self.shop):
            numbers = [version.number for version in versions if version.name == name]
            assert numbers == list(range(1, len(numbers) + 1))
        for version in versions:
            before = self.saved[version.name, version.number]
            for field in ("content", "sha256", "author", "comment", "created_at", "basis", "surface"):
                assert getattr(version, field) == getattr(before, field)

    @invariant()
    def history_only_grows(self) -> None:
        events = self.store.history(self.shop)
        assert events[: len(self.events)] == self.events
        self.events = events
        for name, number in self.saved:
            life = [event.status for event in events if (event.name, event.number) == (name, number)]
            assert life == list(STATUSES[: len(life)]) and life

    @invariant()
    def at_most_one_is_in_force(self) -> None:
        live = [version for version in self.store.versions(self.shop) if version.status == "live"]
        bounds = {bound for one in live for bound in (one.window.starts_at, one.window.ends_at) if bound}
        for surface in ("for_you", "new"):
            here = [version for version in live if version.surface == surface]
            assert sum(not version.window.scheduled for version in here) <= 1
            for moment in [*bounds, self.clock.now]:
                if moment >= self.clock.now:
                    scheduled = [one for one in here if one.window.scheduled and one.window.holds(moment)]
                    assert len(scheduled) <= 1
                    always = [one for one in here if not one.window.scheduled]
                    assert self.store.live(self.shop, surface, moment) == next(iter(scheduled + always), None)


@pytest.mark.parametrize("examples", [8, pytest.param(50, marks=pytest.mark.long)])
def test_any_sequence(store: Store, clock: Clock, examples: int) -> None:
    limits = settings(max_examples=examples, stateful_step_count=20, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Sequences(store, clock), settings=limits)

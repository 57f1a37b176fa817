"""Exceptions: another λ by group of shoppers, by history or by category, and a guard against narrow lists."""

from typing import Any

import streamlit as st

from engine.bench.bench import Bench
from engine.bench.measures import key_of
from engine.bench.segments import columns, segments
from engine.strategy.overrides import Guard, Overrides
from ui import state
from ui.shell import page
from ui.state import exceptions_text, options
from ui.strategy_editor import exceptions_by_kind, exceptions_edit, exceptions_preview
from ui.text.rule_words import group_words
from ui.text.shoppers import column_name
from ui.text.words import plain, t

GROUPS = 20  # values of a column, above which it makes no groups
GUARDS = {"narrowing": 0.9, "facet_narrowing": 0.9, "calibration_js": 0.4}  # measures, and a usual bound
STRENGTH = 0.5


def show(bench: Bench) -> None:
    """The exceptions on the left, their effect on the right."""
    left, right = page.split("some", [1.7, 1])
    now = state.view().overrides
    with left:
        st.markdown(f":gray[:small[{t('some.note')}]]")
        if exceptions_text.overrides_inactive(now, state.view().diversity):
            st.markdown(f":orange[{t('some.zero')}]")
        exceptions_edit.wrong()
        if bench.context.has_history:
            _groups(bench)
            _personal(now)
        exceptions_by_kind.show(bench)
        if bench.context.has_history:
            _guard(bench, now)
    with right:
        exceptions_preview.show(bench)


def _groups(bench: Bench) -> None:
    exceptions_edit.head("group")
    present = exceptions_edit.rows("segments")
    for number, row in enumerate(present):
        _group(bench, number, row["segment"]["by"], row["segment"]["group"], row["diversity"])
    taken = {(row["segment"]["by"], row["segment"]["group"]) for row in present}
    offered = {
        (by, group): t("some.group_is", column=_column(by), group=group_words(bench, group))
        for by in columns(bench)
        for group, rows in _sizes(bench, by).items()
        if (by, group) not in taken and rows
    }

    def add() -> None:
        chosen = options.chosen("some_group_new")
        options.choose("some_group_new", None)
        if chosen:
            level = max(round(state.view().diversity / 2, 2), 0.05)
            row = {"segment": {"by": chosen[0], "group": chosen[1]}, "diversity": level}
            exceptions_edit.put(segments=[*exceptions_edit.rows("segments"), row])

    st.selectbox(
        t("some.group_new"), index=None, on_change=add, placeholder=t("some.group_choose"),
        label_visibility="collapsed", **options.options("some_group_new", offered),
    )  # fmt: skip


def _group(bench: Bench, number: int, by: str, group: str, level: float) -> None:
    words, slider, button = st.columns([3.4, 4, 0.6], vertical_alignment="center")
    label = t("some.group_is", column=_column(by), group=group_words(bench, group))
    n = _sizes(bench, by).get(group, 0)
    words.markdown(f"{plain(label)}  \n:gray[:small[{t('some.group_size', n=n if n == 1 else f'{n:,}')}]]")
    key = state.tied(f"some_group_{number}", level)
    with slider:
        st.slider(
            t("some.level", what=label), 0.0, 1.0, step=0.05, format="λ %.2f", key=key, label_visibility="collapsed",
            on_change=lambda: exceptions_edit.change("segments", number, diversity=st.session_state[key]),
        )  # fmt: skip
    button.button(
        "", icon=":material/close:", type="tertiary", key=f"some_group_remove_{number}", help=t("some.remove"),
        on_click=exceptions_edit.remove, args=("segments", number),
    )  # fmt: skip


def _column(by: str) -> str:
    return t("rule_words.history").capitalize() if by == "history" else column_name(by)


def _sizes(bench: Bench, by: str) -> dict[str, int]:
    """The number of shoppers of each group; empty if the shop lacks the column or it has too many groups."""
    if by not in columns(bench):
        return {}

    def count() -> dict[str, int]:
        return {group: len(rows) for group, rows in segments(bench, by).items()}

    sizes = bench.cached(("group sizes", by), count)
    return sizes if len(sizes) <= GROUPS else {}


def _switch(part: str, on: bool, usual: dict[str, Any]) -> None:
    """The heading of an optional part with its switch. Switched on, the part has its usual values."""
    words, switch = st.columns([7.4, 0.6], vertical_alignment="center")
    with words:
        exceptions_edit.head(part)
    key = state.tied(f"some_{part}", on)

    def turn() -> None:
        exceptions_edit.put(**{part: usual if st.session_state[key] else None})

    switch.toggle(t(f"some.{part}"), key=key, label_visibility="collapsed", on_change=turn)


def _personal(now: Overrides | None) -> None:
    personal = now.personal if now else None
    _switch("personal", personal is not None, {"strength": STRENGTH})
    if personal:
        state.tied("some_strength", round(100 * personal.strength))
        st.slider(
            t("some.strength"), 10, 100, step=10, format="%d%%", key="some_strength", help=t("some.strength_help"),
            on_change=lambda: exceptions_edit.put(personal={"strength": st.session_state["some_strength"] / 100}),
        )  # fmt: skip


def _guard(bench: Bench, now: Overrides | None) -> None:
    guard = now.guard if now else None
    _switch("guard", guard is not None, {"key": "narrowing", "least": GUARDS["narrowing"]})
    if guard:
        _guard_fields(bench, guard)


def _guard_fields(bench: Bench, guard: Guard) -> None:
    offered = [key for key in GUARDS if key_of(key, bench.evidence("all"))]
    offered = offered if guard.key in offered else [*offered, guard.key]

    def keep() -> None:
        key = options.chosen("some_guard_key")
        bound = st.session_state["some_guard_bound"] if key == guard.key else 100 * GUARDS.get(key, guard.bound)
        side = "most" if key.startswith("calibration") else "least"
        exceptions_edit.put(
            guard={"key": key, side: round(bound / 100, 4), "up_to": st.session_state["some_guard_up_to"]}
        )

    names = {key: t(f"measure.{key.partition(':')[0]}") for key in offered}
    for key, value in (("bound", round(100 * guard.bound)), ("up_to", guard.up_to)):
        state.tied(f"some_guard_{key}", value)
    st.selectbox(t("some.guard_key"), on_change=keep, **options.tied("some_guard_key", names, guard.key))
    bound, ceiling = st.columns(2)
    with bound:
        if guard.falling:
            steps = list(range(0, 205, 5))
            st.select_slider(
                t("some.most"), sorted({*steps, round(100 * guard.bound)}), format_func=lambda n: f"{n / 100:.2f}",
                key="some_guard_bound", on_change=keep,
            )  # fmt: skip
        else:
            st.slider(t("some.least"), 5, 200, step=5, format="%d%%", key="some_guard_bound", on_change=keep)
    with ceiling:
        st.slider(t("some.up_to"), 0.0, 1.0, step=0.05, format="λ %.2f", key="some_guard_up_to", on_change=keep)

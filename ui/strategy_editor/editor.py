"""The strategy editor of the Tune page: rules and relevance floor, exceptions, and the exposure floor."""

from collections.abc import Callable

import streamlit as st

from engine.bench.bench import Bench
from engine.strategy.strategy import Strategy
from ui import state
from ui.shell import page
from ui.state import options
from ui.strategy_editor import exceptions, exposure_floor, in_use, relevance_floor, rule_form, rule_list
from ui.text.words import t


def card(bench: Bench) -> Strategy:
    """Show the editor and the effect of the floor. Returns the strategy in use.

    Raises InputError for rules that this shop cannot keep.
    """
    _box(bench)
    strategy = in_use.in_use(bench)
    in_use.floor_notes(bench, ("", strategy), kept=False)
    return strategy


def _box(bench: Bench) -> None:
    """The expander of the editor. Its label never changes, because another label would close it."""
    box = st.expander(f"**{t('rules.title')}** :gray[· {t('rules.about_all')}]", key="desk", on_change="rerun",
                      icon=":material/rule:")  # fmt: skip
    if not box.open:
        return
    with box:
        views = [view for view in VIEWS if view != "makers" or bench.context.has_history]
        labels = {view: t(f"some.views.{view}") for view in views}
        st.segmented_control(
            t("some.view"), required=True, label_visibility="collapsed",
            **options.tied("desk_view", labels, options.chosen("desk_view") or _first()),
        )  # fmt: skip
        VIEWS[options.chosen("desk_view")](bench)


def _first() -> str:
    """The part shown first: the rules, unless a link has only one of the other parts."""
    if state.view().rules or state.view().floor or state.view().target:
        return "rules"
    return "some" if state.view().overrides else "makers" if state.view().exposure else "rules"


def _rules(bench: Bench) -> None:
    left, right = page.split("desk", [2.1, 1])
    with left:
        rule_list.show(bench)
        rule_form.form(bench)
    with right:
        relevance_floor.show(bench)


VIEWS: dict[str, Callable[[Bench], None]] = {"rules": _rules, "some": exceptions.show, "makers": exposure_floor.show}

"""The card with the chart of two aims and the list of points; a point is chosen in either."""

from typing import Any

import streamlit as st

from ui import charts, state
from ui.shell import page
from ui.state import options
from ui.text.words import clauses, enumerated, joined, labelled, t
from ui.trade_offs.aims import Aim
from ui.trade_offs.chart import scatter
from ui.trade_offs.point import label
from ui.trade_offs.work import Front


def chart_card(front: Front, aims: tuple[Aim, ...]) -> int:
    """Draws the card; the number of the point that is looked at: the one asked for, else the settings in use."""
    labels = [label(point.strategy) for point in front.points]
    labels[0] = labelled(t("trade_offs.now"), labels[0])
    with page.card(t("trade_offs.chart"), _note(front), key="trade_chart"):
        across, up = _axes(aims, *st.columns(2))
        number = _chosen(front)
        _point_list(front, labels, number)
        chart = scatter(front, across, up, aims, number)
        event = charts.show(
            chart, "trade_offs", _spoken(front, labels, aims), on_select="rerun", selection_mode="points"
        )
        _take_click(event)
        st.markdown(f":gray[:small[{_legend(front)}]]")
    return number


def _legend(front: Front) -> str:
    """How points look: on the front or beaten; with an exposure floor; with spread."""
    strategies = [point.strategy for point in front.points]
    makers = t("trade_offs.legend_makers") if any(strategy.exposure for strategy in strategies) else ""
    spread = t("trade_offs.legend_spread") if any(strategy.spread for strategy in strategies) else ""
    return joined(t("trade_offs.legend"), makers, spread, t("trade_offs.legend_click"))


def _note(front: Front) -> str:
    on = sum(point.front for point in front.points)
    missed = t("trade_offs.missed", n=front.missed) if front.missed else ""
    return joined(t("trade_offs.chart_note", n=len(front.points), on=on), missed)


def _axes(aims: tuple[Aim, ...], left: Any, right: Any) -> tuple[Aim, Aim]:
    """The two aims of the axes, chosen in the columns left and right; never the same one twice."""
    by_key = {aim.key: aim for aim in aims}
    names = {aim.key: aim.label for aim in aims}
    across = left.selectbox(t("trade_offs.across"), **options.options("trade_across", names))
    others = {key: words for key, words in names.items() if key != across}
    up = right.selectbox(t("trade_offs.up"), **options.options("trade_up", others))
    return by_key[across], by_key[up]


def _chosen(front: Front) -> int:
    number = state.view().trade_point
    return 0 if number is None or number >= len(front.points) else number


def _point_list(front: Front, labels: list[str], number: int) -> None:
    """The settings in use, then the front, then the other points."""
    order = sorted(range(len(labels)), key=lambda n: (n != 0, not front.points[n].front, n))
    st.selectbox(
        t("trade_offs.pick"), on_change=lambda: state.put(trade_point=options.chosen("trade_pick")),
        **options.tied("trade_pick", {n: labels[n] for n in order}, number),
    )  # fmt: skip


def _spoken(front: Front, labels: list[str], aims: tuple[Aim, ...]) -> str:
    """Every point with its figures, for those who cannot see the chart."""
    return clauses(
        labelled(words, enumerated(aim.number(point.figures[aim.key]) for aim in aims))
        for words, point in zip(labels, front.points, strict=True)
    )


def _take_click(event: Any) -> None:
    """A point that is clicked becomes the chosen one, once for each click."""
    clicked = [number for point in event["selection"]["points"] for number in _numbers(point)] if event else []
    if clicked and st.session_state.get("_trade_picked") != clicked[0]:
        st.session_state["_trade_picked"] = clicked[0]
        state.put(trade_point=clicked[0])
        st.rerun()


def _numbers(point: dict[str, Any]) -> list[int]:
    """The strategy's number that a clicked point carries: Streamlit gives a list, or a dict by place."""
    carried = point.get("customdata") or ()
    return [int(number) for number in (carried.values() if isinstance(carried, dict) else carried)][:1]

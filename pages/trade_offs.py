"""Trade-offs: what does a little more of one aim cost in the others?"""

from typing import Any

import streamlit as st

from ui import charts, state
from ui.shell import navigation, page
from ui.state import options
from ui.text.words import joined, t
from ui.trade_offs import chart as shapes
from ui.trade_offs.aims import Aim
from ui.trade_offs.point import label, shown
from ui.trade_offs.question import ask
from ui.trade_offs.work import Front, answer
from ui.widgets import controls


def chosen(front: Front) -> int:
    """The number of the point that is looked at: the one asked for, else the settings in use."""
    asked = state.get("trade_point")
    return int(asked) if asked.isdecimal() and int(asked) < len(front.points) else 0


def view(front: Front, aims: tuple[Aim, ...]) -> int:
    """The chart and the list of points; the number of the one chosen."""
    labels = {str(number): label(point.strategy) for number, point in enumerate(front.points)}
    labels["0"] = f"{t('trade_offs.now')}: {labels['0']}"
    ordered = sorted(labels, key=lambda n: (n != "0", not front.points[int(n)].front, int(n)))
    on = sum(point.front for point in front.points)
    note = joined(
        t("trade_offs.chart_note", n=len(front.points), on=on),
        t("trade_offs.missed", n=front.missed) if front.missed else "",
    )
    with page.card(t("trade_offs.chart"), note, key="trade_chart"):
        names = {aim.key: aim.label for aim in aims}
        left, right, list_ = st.columns([1, 1, 1.4])
        across = left.selectbox(t("trade_offs.across"), **options.options("trade_across", names))
        rest = {key: words for key, words in names.items() if key != across}
        up = right.selectbox(t("trade_offs.up"), **options.options("trade_up", rest))
        at = chosen(front)
        list_.selectbox(
            t("trade_offs.pick"), on_change=lambda: state.put("trade_point", options.chosen("trade_pick")),
            **options.tied("trade_pick", {n: labels[n] for n in ordered}, str(at)),
        )  # fmt: skip
        by_key = {aim.key: aim for aim in aims}
        chart = shapes.scatter(front, by_key[across], by_key[up], aims, at)
        alt = "; ".join(
            f"{labels[str(n)]}: {', '.join(aim.number(p.figures[aim.key]) for aim in aims)}"
            for n, p in enumerate(front.points)
        )
        event = charts.show(chart, "trade_offs", alt, on_select="rerun", selection_mode="points")
        picked = [number for each in event["selection"]["points"] for number in _numbers(each)] if event else []
        if picked and st.session_state.get("_trade_picked") != picked[0]:
            st.session_state["_trade_picked"] = picked[0]
            state.put("trade_point", str(picked[0]))
            st.rerun()
        st.markdown(f":gray[:small[{t('trade_offs.legend')}]]")
    return at


def _numbers(point: dict[str, Any]) -> list[int]:
    """The strategy's number that a clicked point carries: Streamlit gives a list, or a dict by place."""
    carried = point.get("customdata") or ()
    return [int(number) for number in (carried.values() if isinstance(carried, dict) else carried)][:1]


@page.guarded()
def main() -> None:
    bench = page.bench_or_wait("trade_offs")
    if bench is None:
        return
    with st.sidebar:
        controls.lists(bench)
    page.header("trade_offs", t("trade_offs.sentence"))
    declared = ask(bench)
    if declared is None:
        page.lacking(bench)
        st.info(t("trade_offs.nothing"), icon=":material/info:")
        return
    front = answer(bench, declared)
    if front is None:
        return
    left, right = page.split("trade", [1.7, 1])
    with left:
        at = view(front, declared.aims)
    with right:
        shown(bench, front, declared.aims, at)
    with st.expander(t("trade_offs.reads"), icon=":material/help:"):
        st.markdown(
            "\n".join(
                f"- {t(f'trade_offs.reads_{name}')}" for name in ("front", "stays", "makers", "gap", "floor", "choice")
            )
        )


navigation.enter("trade_offs")
main()

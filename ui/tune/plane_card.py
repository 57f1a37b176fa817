"""The card with the picture of all λ and σ: computed in the background when asked for, and clicked to go there."""

from typing import Any

import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.data import Progress
from engine.evaluation.plane import COARSE, Plane, plane
from engine.evaluation.recommended import DEFAULT_FLOOR
from engine.strategy.strategy import Strategy
from ui import charts, state
from ui.background.jobs import Job, Jobs
from ui.charts.plane import plane_chart
from ui.shell import job_panel, page
from ui.state import options
from ui.text import figures
from ui.text.words import joined, t
from ui.widgets import downloads

SHOWN = {"coverage": 100.0, "shared_products": 1.0}  # what the colour may show, and by how much it is multiplied


def plane_card(bench: Bench, strategy: Strategy) -> None:
    """Draws nothing where raw scores leave prices without a scale."""
    if strategy.normalize == "none":
        return
    base = strategy.list_by_list.at(floor=None)
    key = (base.at_any_lambda, bench.today)
    with page.card(t("plane.title"), t("plane.note", n=f"{len(bench.users):,}")):
        if st.session_state.get("_plane_wanted") != key:
            st.button(t("plane.compute"), key="compute_plane", on_click=_want, args=(key,))
            return
        whole = _answer(bench, base, key)
        if whole is not None:
            _picture(whole, strategy)


def _want(key: object) -> None:
    st.session_state["_plane_wanted"] = key


def _answer(bench: Bench, base: Strategy, key: tuple[Any, ...]) -> Plane | None:
    total = len(COARSE) ** 2

    def work(report: Progress) -> Plane:
        steps = plane(bench, base)
        for done in range(total):
            report("plane", done, total)
            whole = next(steps)
        return whole

    jobs: Jobs = bench.cached("planes", Jobs)
    result: Plane | None = job_panel.answer(jobs, jobs.get(key, "plane", work), "plane", _share, _step)
    return result


def _share(job: Job) -> float:
    return job.done / job.total if job.total else 0.0


def _step(job: Job) -> str:
    return t("plane.step", done=job.done, total=job.total or len(COARSE) ** 2)


def _picture(whole: Plane, strategy: Strategy) -> None:
    keep = (strategy.floor if strategy.floor and strategy.floor.metric == "ndcg" else DEFAULT_FLOOR).keep
    names = {name: t(f"measure.{name}") for name in SHOWN}
    figure = st.segmented_control(
        t("plane.colour"), required=True, **options.options("plane_colour", names, "coverage")
    )
    best, now = whole.best(keep), (strategy.diversity, strategy.spread)
    texts = [
        [_words(whole, row, column) for column in range(len(whole.diversities))] for row in range(len(whole.spreads))
    ]
    titles = (t("control.diversity"), t("control.spread"))
    chart = plane_chart(whole, figure, SHOWN[figure], texts, now, best, keep, titles)
    alt = joined(*(text.replace("<br>", " ") for row in texts for text in row))
    event = charts.show(chart, "plane", alt, on_select="rerun", selection_mode="points")
    _take_click(event)
    said = t("plane.none", keep=f"{100 * keep:g}") if best is None else t(
        "plane.best", keep=f"{100 * keep:g}", diversity=f"{best[0]:.2f}", spread=f"{best[1]:.2f}"
    )  # fmt: skip
    st.markdown(said)
    st.markdown(f":gray[:small[{t('plane.legend', keep=f'{100 * keep:g}')}]]")
    downloads.table(lambda: _table(whole), "plane")


def _words(whole: Plane, row: int, column: int) -> str:
    values = {name: float(grid[row, column]) for name, grid in whole.figures.items()}
    head = f"λ {whole.diversities[column]:.1f} · σ {whole.spreads[row]:.1f}"
    lines = [f"{t(f'measure.{name}')}: {figures.with_unit(name, values[name])}" for name in ("ndcg_kept", *SHOWN)]
    return "<br>".join([head, *lines])


def _take_click(event: Any) -> None:
    """λ and σ of a point that is clicked are set, once for each click."""
    picked = [point.get("customdata") for point in event["selection"]["points"]] if event else []
    pairs = [tuple(pair.values()) if isinstance(pair, dict) else tuple(pair) for pair in picked if pair]
    if pairs and st.session_state.get("_plane_picked") != pairs[0]:
        st.session_state["_plane_picked"] = pairs[0]
        state.put(diversity=float(pairs[0][0]), spread=float(pairs[0][1]))
        st.rerun()


def _table(whole: Plane) -> pd.DataFrame:
    return pd.DataFrame(
        {"spread": spread, "diversity": level} | {name: grid[row, column] for name, grid in whole.figures.items()}
        for row, spread in enumerate(whole.spreads)
        for column, level in enumerate(whole.diversities)
    )

"""The card with the picture of all λ and σ: computed in the background when asked for, and clicked to go there."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.data import Progress
from engine.evaluation.pairs.plane import COARSE, FINE, Plane, plane, stored_plane
from engine.evaluation.recommended import DEFAULT_FLOOR
from engine.strategy.strategy import Floor, Strategy
from ui import charts, state
from ui.charts.plane import plane_chart
from ui.shell import job_panel, page
from ui.state import options
from ui.strategy_editor import in_use
from ui.text import figures
from ui.text.words import joined, language, t
from ui.widgets import downloads

SHOWN = {"coverage": 100.0, "shared_products": 1.0}  # what the colour may show, and by how much it is multiplied
KEPT = 8  # sets of texts in memory


def plane_card(bench: Bench, strategy: Strategy) -> None:
    """Draws nothing where raw scores leave prices without a scale."""
    if strategy.normalize == "none":
        return
    base, floor = strategy.list_by_list, strategy.floor or DEFAULT_FLOOR
    with page.card(t("plane.title"), t("plane.note", n=f"{len(bench.users):,}")):
        stored = stored_plane(bench, base, floor, FINE, FINE)
        if stored is None:
            coarse = _answer(bench, base, floor, "plane", COARSE)
            stored = None if coarse is None else _answer(bench, base, floor, "plane_fine", FINE) or coarse
        if stored is not None:
            _picture(bench, stored, strategy, floor)


def _answer(bench: Bench, base: Strategy, floor: Floor, name: str, levels: Sequence[float]) -> Plane | None:
    """The plane on a grid: at once where it is on disk, else when it is asked for. name: of its words."""
    stored = stored_plane(bench, base, floor, levels, levels)
    if stored is not None:
        return stored

    def work(report: Progress) -> Plane:
        steps = plane(bench, base, floor, levels, levels)
        total = len(levels) ** 2
        for done in range(total):
            report(name, done, total)
            whole = next(steps)
        return whole

    key = (base.at(floor=None).at_any_lambda, floor, bench.today)
    result: Plane | None = job_panel.on_request(bench, name, key, work)
    return result


def _picture(bench: Bench, whole: Plane, strategy: Strategy, floor: Floor) -> None:
    base = strategy.list_by_list.at_any_lambda
    names = {name: t(f"measure.{name}") for name in SHOWN}
    figure = st.segmented_control(
        t("plane.colour"), required=True, **options.options("plane_colour", names, "coverage")
    )
    best, now = whole.best(floor.keep), (strategy.diversity, strategy.spread)
    texts = bench.memo("plane texts", KEPT).get(
        (language(), base, floor, whole.diversities), lambda: _texts(whole, floor)
    )
    unit = t("figure.of", n=strategy.k) if figure == "shared_products" else "%"
    titles = (t("control.diversity"), t("control.spread"), f"{names[figure]}, {unit}")
    chart = plane_chart(whole, figure, SHOWN[figure], texts, now, best, floor.keep, titles)
    alt = joined(*(text.replace("<br>", " ") for row in texts for text in row))
    event = charts.show(chart, "plane", alt, on_select="rerun", selection_mode="points")
    _take_click(event)
    kept = in_use.floor_words(floor)
    said = t("plane.none", floor=kept) if best is None else t(
        "plane.best", floor=kept, diversity=f"{best[0]:.2f}", spread=f"{best[1]:.2f}"
    )  # fmt: skip
    st.markdown(said)
    legend = t("plane.legend", metric=t(f"floor.of_{floor.metric}"), floor=kept)
    st.markdown(f":gray[:small[{legend}]]")
    downloads.table(lambda: _table(whole), "plane")


def _texts(whole: Plane, floor: Floor) -> list[list[str]]:
    """What is said of each pair, by σ, then λ."""
    return [
        [_words(whole, floor, row, column) for column in range(len(whole.diversities))]
        for row in range(len(whole.spreads))
    ]


def _words(whole: Plane, floor: Floor, row: int, column: int) -> str:
    """What is said of one pair under the pointer."""
    lines = [f"λ {whole.diversities[column]:.1f} · σ {whole.spreads[row]:.1f}"]
    kept = figures.with_unit("ndcg_kept", float(whole.kept[row, column]))
    lines.append(t("plane.kept", metric=t(f"floor.of_{floor.metric}"), kept=kept))
    values = {name: float(whole.figures[name][row, column]) for name in SHOWN}
    lines += [f"{t(f'measure.{name}')}: {figures.with_unit(name, value)}" for name, value in values.items()]
    return "<br>".join(lines)


def _take_click(event: Any) -> None:
    """λ and σ of a point that is clicked are set, once for each click."""
    picked = [point.get("customdata") for point in event["selection"]["points"]] if event else []
    pairs = [tuple(pair.values()) if isinstance(pair, dict) else tuple(pair) for pair in picked if pair]
    if pairs and st.session_state.get("_plane_picked") != pairs[0]:
        st.session_state["_plane_picked"] = pairs[0]
        state.put(diversity=float(pairs[0][0]), spread=float(pairs[0][1]))
        st.rerun()


def _table(whole: Plane) -> pd.DataFrame:
    grids = {**whole.figures, "kept": whole.kept}
    return pd.DataFrame(
        {"spread": spread, "diversity": level} | {name: grid[row, column] for name, grid in grids.items()}
        for row, spread in enumerate(whole.spreads)
        for column, level in enumerate(whole.diversities)
    )

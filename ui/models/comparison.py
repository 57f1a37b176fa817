"""The trained models beside each other: what it means, accuracy against variety, and every figure."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from engine.bench.bench import scope_of
from engine.evaluation.model_scores import MetricChange, ModelScores, metric_changes, ndcg_difference, stored_scores
from engine.evaluation.rows import ModelScore
from engine.words.numbers import MINUS, signed
from ui import charts
from ui.models.charts import ModelPoint, accuracy_and_variety
from ui.models.work import Roster, training_queue
from ui.shell import page
from ui.text import figures
from ui.text.times import span
from ui.text.words import clauses, t
from ui.widgets import downloads

SURFACES = ("for_you", "new")
FIGURES = ("ndcg", "ild", "coverage")


def comparison(roster: Roster) -> None:
    """The comparison of all models that are judged."""
    scores = _standings(roster)
    known_scores = {name: standing for name, standing in scores.items() if standing is not None}
    title = t("models.comparison")
    note = t("models.comparison_note", until=f"{roster.until:%Y-%m-%d}")
    if len(scores) < 2:
        st.info(t("models.nothing_to_compare"), icon=":material/balance:")
    with page.card(title, note) if known_scores else st.empty():
        if len(known_scores) > 1:
            for line in _meaning(roster, known_scores):
                st.markdown(line)
            panels = _panels(roster, known_scores)
            if panels:
                charts.show(accuracy_and_variety(panels), "standings", _chart_text(panels))
        if known_scores:
            _table(roster, known_scores)


def judge_next(roster: Roster) -> None:
    """Start to judge a model that is not judged yet, in the background, where nothing else is to be done."""
    if roster.bench is not None:
        for name in (name for name, standing in _standings(roster).items() if standing is None):
            training_queue.judge(roster, roster.cards[name])


def _standings(roster: Roster) -> dict[str, ModelScores | None]:
    """The standing of every model that has learned from the data as they are; None where it is not judged yet."""
    return {name: stored_scores(roster.folder, card) for name, card in roster.cards.items() if roster.fresh(name)}


def _meaning(roster: Roster, scores: dict[str, ModelScores]) -> list[str]:
    """For each surface, whether another model ranks surely better than the one in use."""
    used = scores.get(roster.active)
    lines = []
    for surface in SURFACES if used is not None else ():
        scope, surface_name = scope_of(surface), t(f"surface.{surface}")
        assert used is not None
        others = {name: ndcg_difference(other, used, scope) for name, other in scores.items() if name != roster.active}
        best = max(others, key=lambda name: others[name][0] if others[name][0] == others[name][0] else -1.0)
        gain, low, high = others[best]
        names = {"surface": surface_name, "best": t(f"model.{best}"), "used": t(f"model.{roster.active}")}
        figures_of = {"gain": gain, "low": low, "high": high}
        numbers = {name: figures.difference("ndcg", value) for name, value in figures_of.items()}
        tone = figures.sure_tone("ndcg", gain, low, high)
        if tone == "good":
            lines.append(f":green[:material/trending_up:] {t('models.better', **names, **numbers)}")
        elif tone == "bad":
            lines.append(f":green[:material/check_circle:] {t('models.best_already', **names, **numbers)}")
        elif gain == gain:
            lines.append(f":gray[:material/drag_handle:] {t('models.no_matter', **names, **numbers)}")
        if gain == gain:
            lines += _changes(scores[best], used, scope, names["best"])
    return lines


def _changes(best: ModelScores, used: ModelScores, scope: str, name: str) -> list[str]:
    """What falls with the other model, and what rises, besides accuracy."""
    moves = metric_changes(best, used, scope)
    fall, rise = ([_change_text(move) for move in moves if (move.share < 0) == down] for down in (True, False))
    lines = [f":orange[:material/trending_down:] {t('models.falls', model=name, what=clauses(fall))}"] if fall else []
    if rise:
        lines.append(f":green[:material/trending_up:] {t('models.rises', model=name, what=clauses(rise))}")
    return lines or [f":gray[:material/drag_handle:] {t('models.same_else', model=name)}"]


def _change_text(move: MetricChange) -> str:
    before, after = (figures.with_unit(move.metric, value) for value in (move.before, move.after))
    share = f"{signed(100 * move.share, 0, MINUS)}%"
    return t("models.moved", what=t(f"models.{move.metric}"), share=share, before=before, after=after)


def _panels(roster: Roster, scores: dict[str, ModelScores]) -> list[tuple[str, list[ModelPoint]]]:
    panels = []
    for surface in SURFACES:
        points = []
        for name, standing in scores.items():
            variety, accuracy = (standing.row(metric, scope_of(surface)) for metric in ("ild", "ndcg"))
            if variety is not None and accuracy is not None:
                points.append(ModelPoint(t(f"model.{name}"), name == roster.active, variety, accuracy))
        if points:
            panels.append((t(f"surface.{surface}"), points))
    return panels


def _chart_text(panels: list[tuple[str, list[ModelPoint]]]) -> str:
    """The chart in words."""
    accuracy, variety = t("models.accuracy"), t("models.variety")
    return clauses(
        f"{title}, {p.label}: {accuracy} {p.accuracy.value:.3f}, {variety} {p.variety.value:.3f}"
        for title, points in panels
        for p in points
    )


def _table(roster: Roster, scores: dict[str, ModelScores]) -> None:
    """Every figure with its interval, the most accurate model first."""

    def accuracy(name: str) -> float:
        row = scores[name].row("ndcg", "all")
        return row.figure if row else 0.0

    lines, raw = [], []
    for name in sorted(scores, key=accuracy, reverse=True):
        line = {t("models.model"): f":green[**{t(f'model.{name}')}**]" if name == roster.active else t(f"model.{name}")}
        for metric in FIGURES:
            for surface in SURFACES:
                row = scores[name].row(metric, scope_of(surface))
                line[f"{t(f'models.{metric}')} · {t(f'surface.{surface}')}"] = _cell(metric, row)
                raw += [{"model": name, **asdict(row)}] if row else []
        line[t("models.took")] = span(roster.cards[name]["seconds"])
        lines.append(line)
    st.table(pd.DataFrame(lines), border="horizontal", hide_index=True)
    st.markdown(f":gray[:small[{t('models.intervals')}]]")
    downloads.table(lambda: pd.DataFrame(raw), "models")


def _cell(metric: str, row: ModelScore | None) -> str:
    """A figure, and its interval under it."""
    if row is None:
        return "–"
    value, ends = figures.with_unit(metric, row.figure), row.known
    if ends is None:
        return value
    low, high = figures.text(metric, ends.low), figures.text(metric, ends.high)
    return f"{value} :gray[:small[{low}–{high}]]"

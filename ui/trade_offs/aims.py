"""The aims of the Trade-offs page: those that a shop's data allow, and the format of their figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of
from engine.bench.segments import columns, segments
from engine.data.labels import SMALLEST_GROUP
from engine.evaluation.objectives import Objective, equality, group_similarity, mean_of, share_of_due
from engine.slates.exposure_floor import worst_off_items
from engine.strategy.strategy import Strategy
from engine.words.numbers import MINUS, signed, span
from ui.text.rule_words import facet_words
from ui.text.words import t, unbroken

GAP = "gap."
MAKERS = ("provider", "brand")
LARGE = 3 * SMALLEST_GROUP  # judged shoppers of a group: a half of all shoppers then keeps SMALLEST_GROUP of it
FORMS = {"relevance": (1, 3, ""), "variety": (1, 3, ""), "entropy": (1, 2, "bits"), "makers": (100, 1, "%"),
         "equality": (1, 3, ""), "gap": (-1, 3, "")}  # fmt: skip
# scale, digits, unit; a gap's objective is the gap below 0, and is written as a gap


@dataclass(frozen=True)
class Aim:
    """One aim: its key on this page, its label, and a sentence on its meaning."""

    key: str
    label: str
    means: str

    @property
    def form(self) -> tuple[float, int, str]:
        return FORMS["gap" if self.key.startswith(GAP) else self.key]

    @property
    def axis(self) -> str:
        unit = self.form[2]
        return f"{self.label}, {t(f'unit.{unit}') if unit == 'bits' else unit}" if unit else self.label

    def scaled(self, value: float) -> float:
        return value * self.form[0]

    def number(self, value: float, change: bool = False) -> str:
        """The figure, or its change, with its unit; an en dash if it is not known."""
        scale, digits, unit = self.form
        if not np.isfinite(value):
            return "–"
        text = signed(value * scale, digits, MINUS) if change else f"{value * scale:,.{digits}f}".replace("-", MINUS)
        if unit == "%":
            return f"{text} {t('unit.points')}" if change else f"{text}%"
        return f"{text} {t(f'unit.{unit}')}" if unit else text

    def interval(self, low: float, high: float, change: bool = False) -> str:
        """The ends of an interval of the figure, or of its change, the lower first as it is written. Without the unit,
        which the figure before it has."""
        scale, digits, _ = self.form
        lowest, highest = sorted((low * scale, high * scale))
        if change or not np.isfinite([lowest, highest]).all():
            return unbroken(span(lowest, highest, digits, MINUS))
        return unbroken(f"{lowest:,.{digits}f} … {highest:,.{digits}f}".replace("-", MINUS))


def maker_facet(bench: Bench) -> str | None:
    """The facet by which exposure is counted: the makers, else the brands; None without either or without sales."""
    facets = bench.evidence("all").facets
    known = next((name for name in MAKERS if name in facets), None)
    return known if bench.evidence("all").has_history else None


def offered(bench: Bench, surface: str) -> dict[str, Aim]:
    """The aims that this shop's data allow, by key, in their order."""
    evidence = bench.evidence(scope_of(surface))
    available = [key for key, measure in (("relevance", "ndcg"), ("variety", "ild"), ("entropy", "facet_entropy"))
             if key_of(measure, evidence)]  # fmt: skip
    available += ["makers", "equality"] if maker_facet(bench) else []
    aims = {key: Aim(key, t(f"trade_offs.aim.{key}"), t(f"trade_offs.means.{key}")) for key in available}
    for column in columns(bench):
        if len(_groups(bench, surface, column)) > 1:
            words = facet_words(column)
            label, means = (t(f"trade_offs.{kind}.gap", column=words) for kind in ("aim", "means"))
            aims[GAP + column] = Aim(GAP + column, label, means)
    return aims


def objectives(bench: Bench, base: Strategy, keys: Sequence[str]) -> dict[str, Objective]:
    """The objective of each aim for the strategy's surface. `makers` are those that are worst off at λ 0."""
    evidence = bench.evidence(scope_of(base.surface))
    judged = "ndcg" if key_of("ndcg", evidence) else "ild"
    result: dict[str, Objective] = {}
    for key in keys:
        if key.startswith(GAP):
            result[key] = group_similarity(judged, evidence, _groups(bench, base.surface, key.removeprefix(GAP)))
        elif key == "makers":
            result[key] = share_of_due(*worst_off_items(bench, base.list_by_list.at(diversity=0.0), _facet(bench)))
        elif key == "equality":
            result[key] = equality(evidence.facets[_facet(bench)][0])
        else:
            name = {"relevance": "ndcg", "variety": "ild", "entropy": "facet_entropy"}[key]
            result[key] = mean_of(str(key_of(name, evidence)), evidence)
    return result


def _groups(bench: Bench, surface: str, column: str) -> dict[str, np.ndarray]:
    """The groups of a column that are large enough to be judged on any half of the shoppers."""
    relevant = bench.evidence(scope_of(surface)).relevant

    def find() -> dict[str, np.ndarray]:
        judged = np.ones(len(bench.users), bool) if relevant is None else np.asarray(relevant.sum(axis=1)).ravel() > 0
        return {name: rows for name, rows in segments(bench, column).items() if judged[rows].sum() >= LARGE}

    return bench.cached(("large groups", surface, column), find)


def _facet(bench: Bench) -> str:
    facet = maker_facet(bench)
    assert facet is not None, "offered only where there is one"
    return facet

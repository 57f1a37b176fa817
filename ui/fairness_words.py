"""How the Fairness page calls and writes what an audit tells."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ui.shoppers import column_name
from ui.words import t, table

Row = dict[str, Any]
FIGURES = (
    "ndcg", "recall", "ild", "facet_entropy", "novelty", "calibration_kl", "popularity_lift", "price", "price_lift",
)  # fmt: skip
SIZE, UNKNOWN, OTHERS, CROSS = "_size", "unknown", "(others)", "+"
SURE = 0.05  # the false discovery rate at which a gap stands


@dataclass(frozen=True)
class Form:
    """scale and digits of a printed figure, and its unit."""

    scale: float = 1.0
    digits: int = 3
    suffix: str = ""


FORMS = {
    "recall": Form(100, 1, "%"), "facet_entropy": Form(1, 2, "bits"), "novelty": Form(1, 2, "bits"),
    "calibration_kl": Form(1, 2, "bits"), "popularity_lift": Form(1, 2, "bits"), "price_lift": Form(1, 2, "bits"),
    "price": Form(1, 2), "exposure": Form(100, 1, "%"),
    "item_coverage": Form(100, 1, "%"), "coverage": Form(100, 1, "%"),
}  # fmt: skip


def base(metric: str) -> str:
    """The name of a figure without its facet, or the position model of attention."""
    return metric.partition(":")[0].removesuffix("_rbp")


def form(metric: str) -> Form:
    return FORMS.get(base(metric), Form())


def figure_name(metric: str) -> str:
    """The words for a figure; attention by the second position model says so."""
    words = t(f"fairness.figure.{base(metric)}")
    return t("fairness.rbp", figure=words) if metric.endswith("_rbp") else words


def means(metric: str) -> str:
    """What a figure of shoppers means, in one sentence."""
    return t(f"fairness.means.{base(metric)}")


def way_name(by: str, side: str = "shoppers") -> str:
    """The words for a way of telling shoppers or products apart."""
    if side == "shoppers":
        return " × ".join(column_name(part) for part in by.split(CROSS))
    if by in ("tail", "new"):
        return t(f"fairness.way.{by}")
    if by.endswith(SIZE):
        return t("fairness.way.size", facet=column_name(by.removesuffix(SIZE)))
    return column_name(by)


def group_name(row: Row, side: str) -> str:
    """The words for a group of shoppers, or for those who make products; unescaped."""
    by, group = str(row["by"]), str(row["group"])
    if side == "shoppers":
        parts = group.split(f" {CROSS} ") if CROSS in by else [group]
        return " · ".join(t("who.unsaid") if part == UNKNOWN else part for part in parts)
    if by in ("tail", "new") and f"fairness.part.{group}" in table():
        return t(f"fairness.part.{group}")
    if by.endswith(SIZE):
        facet = by.removesuffix(SIZE)
        own = f"fairness.part.{facet}_{group}"
        return t(own) if own in table() else t(f"fairness.part.{group}", facet=column_name(facet))
    return {UNKNOWN: t("fairness.part.unknown"), OTHERS: t("fairness.part.others")}.get(group, group)


def known(*values: object) -> bool:
    """Whether all are numbers to be printed."""
    return all(isinstance(v, int | float) and np.isfinite(v) for v in values)


def number(metric: str, value: Any, signed: bool = False) -> str:
    """The printed figure without its unit; an en dash where there is none."""
    if not known(value):
        return "–"
    row = form(metric)
    text = f"{value * row.scale:{'+' if signed else ''},.{row.digits}f}"
    return text.replace("-", "−") if text.strip("+-0.,") else text.lstrip("+-")


def unit(metric: str, change: bool = False) -> str:
    """The unit of a figure, or of its change: percentages change by points."""
    suffix = form(metric).suffix
    if suffix == "%":
        return t("unit.points") if change else "%"
    return t(f"unit.{suffix}") if suffix else ""


def with_unit(metric: str, value: Any) -> str:
    words, suffix = number(metric, value), unit(metric)
    return words if not suffix or words == "–" else f"{words}%" if suffix == "%" else f"{words} {suffix}"


def span(metric: str, low: Any, high: Any, signed: bool = True) -> str:
    """The ends of an interval."""
    if not known(low, high):
        return "–"
    return f"{number(metric, low, signed)} … {number(metric, high, signed)}"


def stands(q: Any) -> bool:
    """Whether a gap stands after the correction for the whole family."""
    return known(q) and q <= SURE

"""The format of every measure: digits, unit, which way is better. In one place, so that a figure reads the same
everywhere.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.bench.measures import Measured
from engine.evaluation.curve import SHARES
from engine.words import numbers
from ui.text.words import t

TONES = {"good": "green", "bad": "orange", "": "gray", None: "gray"}  # of a difference, as text is coloured


@dataclass(frozen=True)
class FigureFormat:
    """scale and digits of the printed value; `suffix` of value and of change; better: 1 up, -1 down, 0 neither."""

    scale: float = 1
    digits: int = 2
    suffix: str = ""
    change_suffix: str = ""
    better: int = 0


COUNTS = ("look_alike_pairs", "facet_count")
_PERCENT: dict[str, Any] = {"scale": 100, "digits": 1, "suffix": "%", "change_suffix": "points"}
FIGURES: dict[str, FigureFormat] = {
    "ndcg": FigureFormat(digits=3, better=1),
    "ndcg_kept": FigureFormat(**_PERCENT, better=1),
    "score_kept": FigureFormat(**_PERCENT, better=1),
    "ndcg_kept_plain": FigureFormat(**_PERCENT, better=1),
    "score_kept_plain": FigureFormat(**_PERCENT, better=1),
    "ild": FigureFormat(digits=3, better=1),
    "ild_mixed": FigureFormat(digits=3, better=1),
    "look_alike_pairs": FigureFormat(digits=2, better=-1),
    "novelty": FigureFormat(digits=2, suffix="bits", change_suffix="bits", better=0),
    "coverage": FigureFormat(**_PERCENT, better=1),
    "gini": FigureFormat(digits=3, better=-1),
    "shared_products": FigureFormat(digits=2, better=-1),
    "top_share": FigureFormat(**_PERCENT, better=-1),
    "facet_entropy": FigureFormat(digits=2, suffix="bits", change_suffix="bits", better=1),
    "facet_count": FigureFormat(digits=1, better=1),
    "jaccard_overlap": FigureFormat(digits=3, better=-1),
    "dice_overlap": FigureFormat(digits=3, better=-1),
    "shannon_entropy": FigureFormat(digits=2, suffix="bits", change_suffix="bits", better=1),
    "tail_share": FigureFormat(**_PERCENT, better=1),
    "hhi": FigureFormat(digits=3, better=-1),
    "shelf_hhi": FigureFormat(digits=3, better=-1),
    "occupancy": FigureFormat(**_PERCENT, better=1),
    "shelf_evenness": FigureFormat(**_PERCENT, better=1),
    "facet_narrowing": FigureFormat(**_PERCENT, better=1),
    "narrowing": FigureFormat(**_PERCENT, better=1),
    "history_similarity": FigureFormat(digits=3, better=0),
    "calibration_js": FigureFormat(digits=2, suffix="bits", change_suffix="bits", better=0),
    "calibration_kl": FigureFormat(digits=2, suffix="bits", change_suffix="bits", better=0),
    "repeat_share": FigureFormat(**_PERCENT, better=0),
    "serendipity": FigureFormat(**_PERCENT, better=1),
    "revenue": FigureFormat(digits=2, better=1),
}


def figure(key: str) -> FigureFormat:
    """The row for a measure; facet measures `name:facet` share one."""
    return FIGURES[key.partition(":")[0]]


def digits(key: str, one: bool) -> int:
    """Digits printed; a count in one list is a whole number, a mean over lists is not."""
    return 0 if one and key.partition(":")[0] in COUNTS else figure(key).digits


def text(key: str, value: float, one: bool = False) -> str:
    """The printed value without its unit, such as "15.5"; an en dash where there is nothing to judge."""
    if not np.isfinite(value):
        return "–"
    places = digits(key, one)
    return f"{round(value * figure(key).scale, places) + 0.0:,.{places}f}"  # no sign for 0


def with_unit(key: str, value: float, one: bool = False) -> str:
    """The printed value with its unit, such as "15.5%" or "2.91 bits"; `one`: of one list, not a mean."""
    if one and key.startswith("score_kept") and round(value, 3) > 1:  # one list has no interval to say how sure that is
        return f"100% {t('kept.or_more')}"
    suffix = figure(key).suffix
    joined = text(key, value, one)
    return f"{joined}%" if suffix == "%" else f"{joined} {t('unit.' + suffix)}" if suffix else joined


def change(key: str, now: float, before: float, one: bool = False) -> tuple[str, str]:
    """The printed change, such as "+3.8 points", and its tone: good, bad or empty.

    The difference is taken of the printed values, so that it is what a user gets who subtracts what they read.
    """
    row = figure(key)
    if not (np.isfinite(now) and np.isfinite(before)):
        return "", ""
    places = digits(key, one)
    difference = round(now * row.scale, places) - round(before * row.scale, places)
    if round(difference, places) == 0:
        return t("figure.same"), ""
    unit = f" {t('unit.' + row.change_suffix)}" if row.change_suffix else ""
    tone = "" if row.better == 0 else "good" if difference * row.better > 0 else "bad"
    return f"{numbers.signed(difference, places)}{unit}", tone


def difference(key: str, value: float) -> str:
    """A difference with its sign, without its unit; one that is written as zero has no sign."""
    return numbers.signed(value * figure(key).scale, figure(key).digits, numbers.MINUS)


def span(key: str, low: float, high: float) -> str:
    """The ends of the interval of a difference; an en dash where they are not known."""
    row = figure(key)
    return numbers.span(low * row.scale, high * row.scale, row.digits, numbers.MINUS)


def sure_tone(key: str, value: float, low: float, high: float) -> str | None:
    """Whether a difference is good or bad, or "" where neither is better; None where there is no measurable one: its
    95 % interval holds 0, or it is written as zero."""
    row = figure(key)
    sign = numbers.sign(value * row.scale, low * row.scale, high * row.scale, row.digits)
    if sign == "none":
        return None
    return "" if row.better == 0 else "good" if (sign == "more") == (row.better > 0) else "bad"


def counted(measured: Measured, key: str) -> str:
    """How many shoppers a mean counts, where it leaves some out: those without a list, or with nothing to judge."""
    judged = "ndcg" if key in SHARES else key
    if judged not in measured.per_user:
        return ""
    n = measured.value(judged)[1]
    return t("figure.counted", n=f"{n:,}", all=f"{measured.lists:,}") if n < measured.lists else ""


def block(
    key: str,
    now: float,
    before: float,
    k: int,
    spark: tuple[Any, int, bool] | None = None,
    title: str = "",
    one: bool = False,
) -> dict[str, Any]:
    """One block of a metric card: value, change since no diversity, and the line over all λ with the present point.

    spark: the figure at each λ, the position of the present point, and whether that stands apart from the line, which
    is of the lists without spread and exposure floor.
    """
    difference, tone = change(key, now, before, one)
    return {
        "title": title,
        "value": text(key, now, one),
        "unit": _of(key, k) if np.isfinite(now) else "",
        "change": difference,
        "tone": tone,
        "from": t("figure.from", value=with_unit(key, before, one)) if difference else "",
        "spark": _spark(key, *spark) if spark else None,
    }


def _of(key: str, k: int) -> str:
    base = key.partition(":")[0]
    if base in ("shared_products", "facet_count"):
        return t("figure.of", n=k)
    if base == "look_alike_pairs":
        return t("figure.of", n=k * (k - 1) // 2)
    suffix = figure(key).suffix
    return "%" if suffix == "%" else t("unit." + suffix) if suffix else ""


def _spark(key: str, values: Any, at: int, apart: bool) -> dict[str, Any]:
    known = values[np.isfinite(values)]
    return {
        "values": [None if not np.isfinite(v) else float(v) for v in values],
        "at": at,
        "apart": apart,
        "low": 0,
        "high": float(known.max(initial=0)) * 1.08 or 1.0,
        "label": t(
            "figure.spark",
            low=with_unit(key, values[0]),
            high=with_unit(key, values[-1]),
            now=with_unit(key, values[at]),
        ),
    }

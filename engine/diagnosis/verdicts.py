"""Judgements on the figures of homogenization; pages put them into words."""

from dataclasses import dataclass
from typing import Literal

from engine.diagnosis.homogenization import Column, Homogenization
from engine.metrics import Estimate
from engine.words import numbers

# figure, or that part of its key before the facet -> is more of it more alike (1) or less (-1)
ALIKE = {"shared_products": 1, "coverage": -1, "tail_share": -1, "occupancy": -1, "shelf_hhi": 1}
# decimals of each as it is printed (shares as per cent with one): a difference that is written as zero is none
DIGITS = {"shared_products": 2, "coverage": 3, "tail_share": 3, "occupancy": 3, "shelf_hhi": 3}


@dataclass(frozen=True)
class Judgement:
    """One judgement.

    alike: the lists are "more" alike than what shoppers bought (or than at λ = 0), "less", or it is "unclear" because
    the interval of the difference holds 0, or because the difference is printed as zero. `than` is the column compared
    with.
    """

    key: str
    alike: Literal["more", "less", "unclear"]
    now: Estimate
    other: Estimate
    than: Column


def verdicts(homogenization: Homogenization) -> list[Judgement]:
    """Judgements of the lists now: against what shoppers bought, where that is known, and against λ = 0."""
    verdicts = [
        _verdict(homogenization, key, sign, gap, "bought")
        for name, sign in ALIKE.items()
        for key, gap in homogenization.gaps.items()  # none without purchases to compare with
        if key.partition(":")[0] == name
    ]
    return [
        *verdicts,
        _verdict(homogenization, "shared_products", 1, homogenization.moves["shared_products"], "before"),
    ]


def _verdict(homogenization: Homogenization, key: str, sign: int, difference: Estimate, than: Column) -> Judgement:
    direction = numbers.sign(*difference, DIGITS[key.partition(":")[0]])
    alike: Literal["more", "less", "unclear"] = "unclear"
    if direction != "none":
        alike = "more" if (direction == "more") == (sign > 0) else "less"
    return Judgement(
        key, alike, homogenization.compared["now"].figures[key], homogenization.compared[than].figures[key], than
    )

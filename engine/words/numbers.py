"""Differences as reports, commands and pages write them, and when one counts as a difference at all."""

from math import isfinite
from typing import Literal

Sign = Literal["more", "less", "none"]
MINUS = "−"  # typographic


def signed(value: float, digits: int, minus: str = "-") -> str:
    """A number with its sign; what rounds to zero has none, so that −0.000 is never written. NaN is an en dash."""
    if not isfinite(value):
        return "–"
    text = f"{value:+,.{digits}f}"
    if not text.strip("+-0.,"):
        return text[1:]
    return text.replace("-", minus)


def span(low: float, high: float, digits: int, minus: str = "-") -> str:
    """The ends of an interval of a difference; an en dash where they are not known."""
    if not (isfinite(low) and isfinite(high)):
        return "–"
    return f"{signed(low, digits, minus)} … {signed(high, digits, minus)}"


def amount_pattern(currency: str) -> str:
    """Where a currency stands beside a number, "{}": signs in front, codes and words behind."""
    if not currency:
        return "{}"
    is_sign = not currency[-1].isalpha() and not currency.endswith(".")
    return f"{currency}{{}}" if is_sign else f"{{}} {currency}"


def amount(value: float, currency: str) -> str:
    """An amount of money with two decimals, in its currency where that is known."""
    return amount_pattern(currency).format(f"{value:,.2f}")


def sign(value: float, low: float, high: float, digits: int) -> Sign:
    """Whether a difference is one: "none" where its 95 % interval [low, high] holds 0 or is not known, or where the
    difference itself is written as zero with so many digits."""
    measurable = (low > 0 or high < 0) and round(value, digits) != 0
    return "none" if not measurable else "more" if value > 0 else "less"

"""Prices that a query names: "under 3 dollars", "between 10 and 20", "at most 15 €", "2000元以下".

"under", "below" and "less than" leave the amount itself out; "at most" and "up to" include it, as do 以下 and 以上.
An amount before a unit of something else ("under 12 oz", "over 40 cm") is no price. A bare amount is one only after a
word that compares. Currencies are not converted. Numbers in Chinese characters are not read.
"""

import re
from typing import NamedTuple

from engine.search.filters import PriceRange

NUMBER = r"\d++(?:[.,]\d++)*+"
SIGN = r"(?:us\$|[$€£¥])"
MONEY = (
    r"(?:(?:us |canadian )?dollars?|usd|cad|bucks?|euros?|eur|gbp|cny|rmb|yuan|cents?)(?![^\W_])"
    r"|[$€£¥]|块钱|人民币|美元|欧元|元|块"
)
UNITS = (
    r"(?:(?:oz|ounces?|lbs?|pounds?|kgs?|kilos?|g|grams?|mg|ml|cl|l|lit(?:er|re)s?|ct|counts?|pks?|packs?|pieces?|pcs|gal"
    r"|gallons?|qt|quarts?|pt|pints?|cm|mm|m|met(?:er|re)s?|inch(?:es)?|in|ft|feet|foot|w|watts?|v|volts?|years?|yrs?"
    r"|months?|days?|hours?|minutes?|seats?|seaters?|persons?|people|drawers?|doors?|cal|calories|degrees)(?![^\W_])"
    r"|%|\"|公斤|千克|克|升|毫升|厘米|毫米|米|寸|岁|个|人|件|斤)"
)
EMPTY_BRACKETS = re.compile(r"\(\s*\)")
START = r"(?<![^\W_])"
NOT_A_UNIT = rf"(?![.,]?\d)(?!\s*-?\s*{UNITS})"


def _amount(name: str) -> str:
    return rf"(?:{SIGN}\s*(?P<{name}>{NUMBER})|(?P<{name}_m>{NUMBER})\s*(?:{MONEY})|(?P<{name}_b>{NUMBER}){NOT_A_UNIT})"


def _money(name: str) -> str:
    """An amount that says its currency."""
    return rf"(?:{SIGN}\s*(?P<{name}>{NUMBER})|(?P<{name}_m>{NUMBER})\s*(?:{MONEY}))"


class Form(NamedTuple):
    """A way to name a range of prices: its pattern with the groups `low` and `high`, and which ends belong to it."""

    pattern: re.Pattern[str]
    low_included: bool = True
    high_included: bool = True


def _form(pattern: str, low_included: bool = True, high_included: bool = True) -> Form:
    return Form(re.compile(pattern), low_included, high_included)


LOW, HIGH = _amount("low"), _amount("high")
AT_MOST = rf"(?:{START}(?:at most|up to|no more than|not more than|not over|max(?:imum)?(?: of)?|within)|<=|≤)"
AT_LEAST = rf"(?:{START}(?:at least|no less than|not under|min(?:imum)?(?: of)?|starting at|upwards of)|>=|≥)"
UNDER = rf"(?:{START}(?:priced |for )?(?:under|below|less than|cheaper than|lower than)|<)"
OVER = rf"(?:{START}(?:over|above|more than|higher than)|>)"
FORMS = (  # 不超过 holds 超过 and 不低于 holds 低于, so the inclusive forms come first
    _form(rf"{START}(?:between|from)\s+{LOW}\s*(?:and|to|-|–|~)\s*{HIGH}"),
    _form(rf"{LOW}\s*(?:到|至|-|–|~|—)\s*{_money('high')}\s*(?:之间)?"),
    _form(rf"{_money('low')}\s*(?:to|-|–|~)\s*{HIGH}"),
    _form(rf"(?:{AT_MOST}|不超过|不高于|至多|最多)\s*{HIGH}"),
    _form(rf"(?:{AT_LEAST}|不低于|不少于|至少|最少)\s*{LOW}"),
    _form(rf"(?:{UNDER}|低于|少于|小于|不到)\s*{HIGH}", high_included=False),
    _form(rf"(?:{OVER}|高于|大于|超过|多于)\s*{LOW}", low_included=False),
    _form(rf"{START}from\s+{_money('low')}"),
    _form(rf"(?<!\d){HIGH}\s*(?:以下|以内|之内|内)"),
    _form(rf"(?<!\d){LOW}\s*(?:以上|起)"),
    _form(rf"{_money('high')}\s*(?:or less|or under|max(?:imum)?)(?![^\W_])"),
    _form(rf"{_money('low')}\s*(?:or more|and up|and over)(?![^\W_])"),
)


def read_prices(text: str) -> tuple[PriceRange | None, str]:
    """The range of prices that a folded text names, None where it names none, and the text without it.

    >>> read_prices("juice under 3 dollars")
    (PriceRange(low=None, high=3.0, low_included=True, high_included=False), 'juice')
    """
    price: PriceRange | None = None
    for form in FORMS:
        while (match := form.pattern.search(text)) is not None:
            named = _range(match, form)
            price = named if price is None else price.and_(named)
            text = f"{text[: match.start()]} {text[match.end() :]}"
    return price, text if price is None else " ".join(EMPTY_BRACKETS.sub(" ", text).split())


def _range(match: re.Match[str], form: Form) -> PriceRange:
    low, high = (_value(match, name) for name in ("low", "high"))
    if low is not None and high is not None and low > high:
        low, high = high, low
    return PriceRange(low, high, low is None or form.low_included, high is None or form.high_included)


def _value(match: re.Match[str], name: str) -> float | None:
    """The amount of a group; None where the form has no such group."""
    groups = match.groupdict()
    for group in (name, f"{name}_m", f"{name}_b"):
        if groups.get(group):
            in_cents = "cent" in match.string[match.end(group) : match.end(group) + len(" cents")]
            return _number(groups[group]) / (100 if in_cents else 1)
    return None


def _number(text: str) -> float:
    """1,490 is one thousand four hundred and ninety; 2,5 and 2.5 are two and a half."""
    whole, _, rest = text.rpartition(",")
    if whole and "." not in text and len(rest) != 3:
        return float(f"{whole.replace(',', '')}.{rest}")
    parts = text.replace(",", "").split(".")
    return float("".join(parts[:-1]) + "." + parts[-1]) if len(parts) > 1 else float(parts[0])

"""How the numbers of a column are written: its decimal mark, separators of thousands, and a currency beside them.

A column has one form. It is taken where its cells leave no other reading; where they leave two ("1.299" alone may be
1299 or 1.299), whoever brings the file is asked.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pandas as pd

from engine.data.reading.currencies import PATTERN, THREE_DECIMALS, canonical

Decimal = Literal["point", "comma"]

SPACES = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "，": ",", "．": ".", "－": "-", "−": "-"}
)
EXPONENT = r"(?:[eE][+-]?[0-9]+)?"
GROUPS = "|".join(rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+" for mark in (" ", "'"))
POINT = rf"{GROUPS}|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+|[1-9][0-9]?(?:,[0-9]{{2}})+,[0-9]{{3}}|[0-9]+"
COMMA = rf"{GROUPS}|[1-9][0-9]{{0,2}}(?:\.[0-9]{{3}})+|[0-9]+"
BODIES = {  # a number without its sign
    "point": rf"(?:{POINT})(?:\.[0-9]*)?{EXPONENT}|\.[0-9]+{EXPONENT}",
    "comma": rf"(?:{COMMA})(?:,[0-9]*)?|,[0-9]+",
}
PLAIN = re.compile(rf"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+){EXPONENT}")
TWO_READINGS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")  # of the numbers that both marks allow
AMOUNT = re.compile(
    rf"(?P<minus>[+-]?) ?(?P<before>{PATTERN})? ?(?P<sign>[+-]?)(?P<body>[0-9.,][0-9.,' eE+-]*?) ?(?P<after>{PATTERN})?"
)


@dataclass(frozen=True)
class NumberForm:
    """decimal: the mark before the decimals. currency: the ISO code, or the sign where it may be several; "" for none.
    written: the currency as most cells write it."""

    decimal: Decimal = "point"
    currency: str = ""
    written: str = ""


class Parts(NamedTuple):
    """A cell in parts: sign and digits, and the currency beside them ("" for none)."""

    number: str
    currency: str
    written: str


class Reading(NamedTuple):
    """The form of a column; `example`: a cell that shows it is not the plain one; `unsure`: a cell that has two
    readings, between which nothing decides."""

    form: NumberForm
    example: str = ""
    unsure: str = ""


def split(text: str) -> Parts | None:
    """The parts of a cell; None where it is no amount, or it has two currencies or two signs."""
    match = AMOUNT.fullmatch(text.strip().translate(SPACES))
    if not match or (match["before"] and match["after"]) or (match["minus"] and match["sign"]):
        return None
    written = match["before"] or match["after"] or ""
    return Parts(match["minus"] + match["sign"] + match["body"].strip(), canonical(written) if written else "", written)


def read_form(cells: pd.Series, money: bool, small: bool, decimal: Decimal | None) -> Reading:
    """The form of a column by its distinct cells, in ASCII digits.

    money: a currency may stand beside the numbers. small: no cell is a thousand or more. decimal: the answer of whoever
    was asked, for a column that leaves two readings.
    """
    filled = [text for text in cells if text.strip()]
    if all(PLAIN.fullmatch(text) and not TWO_READINGS.fullmatch(text) for text in filled):
        return Reading(NumberForm())
    parts = {text: found for text in filled if (found := split(text)) and (money or not found.currency)}
    fits = {mark: [text for text in parts if _fits(parts[text].number, mark)] for mark in BODIES}
    currency, written = _currency(list(parts.values()))
    marks: list[Decimal] = [mark for mark in ("point", "comma") if len(fits[mark]) == max(map(len, fits.values()))]
    unsure = [text for text in parts if TWO_READINGS.fullmatch(parts[text].number)]
    odd = next((text for text in parts if not PLAIN.fullmatch(text)), "")
    if len(marks) < 2 or not unsure or decimal:
        chosen = marks[0] if len(marks) < 2 or not decimal else decimal
        return Reading(NumberForm(chosen, currency, written), odd)
    used = {mark for text in unsure for mark in ".," if mark in parts[text].number}
    if len(used) > 1 or not (small or (currency and currency not in THREE_DECIMALS)):
        return Reading(NumberForm("point", currency, written), odd, unsure[0])
    as_decimal: Decimal = "point" if used == {"."} else "comma"
    as_thousands: Decimal = "comma" if used == {"."} else "point"
    return Reading(NumberForm(as_decimal if small else as_thousands, currency, written), odd or unsure[0])


def _fits(number: str, mark: str) -> bool:
    return re.fullmatch(rf"[+-]?(?:{BODIES[mark]})", number) is not None


def _currency(parts: Sequence[Parts]) -> tuple[str, str]:
    """The currency of a column and how it is written; none where most cells have none."""
    counts = Counter(part.currency for part in parts if part.currency or not _is_zero(part.number))
    most = max(counts, key=lambda code: (counts[code], code == ""), default="")
    written = Counter(part.written for part in parts if part.currency == most)
    return (most, written.most_common(1)[0][0]) if most else ("", "")


def plain_number(text: str, form: NumberForm) -> tuple[str, bool]:
    """A cell of a column of this form as plain digits with a point, and whether it has another currency than the form.

    What is no number comes back as it is, and a number of another form as an empty text.
    """
    parts = split(text)
    if parts is None:
        return text, False
    if not _fits(parts.number, form.decimal):
        return "", False
    number = parts.number.replace(" ", "").replace("'", "")
    number = number.replace(",", "") if form.decimal == "point" else number.replace(".", "").replace(",", ".")
    free = not parts.currency and _is_zero(number)  # 0 is 0 in every currency
    return number, parts.currency != form.currency and not free


def _is_zero(number: str) -> bool:
    return not number.strip("+-0.,")

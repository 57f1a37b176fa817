"""From text to values, one column at a time, with what is wrong said in words.

A filled cell gets a value or a flaw; it never becomes missing in silence.
"""

import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.data.reading.columns import EVENTS, MAX_RATING, MONEY, NUMERIC, Column
from engine.data.reading.date_forms import DateOrder, as_iso
from engine.data.reading.findings import Mask
from engine.data.reading.number_forms import NumberForm, plain_number

NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
NOT_FINITE = r"(?i)[+-]?(?:nan|inf|infinity)"
ISO = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?)?"
)
EPOCHS = {  # by its length: seconds from 1973, the finer ones from 2001 to 2286, so that no two can be mixed up
    "s": r"[0-9]{9,10}(?:\.[0-9]*)?",
    "ms": r"[0-9]{13}(?:\.[0-9]*)?",
    "us": r"[0-9]{16}(?:\.[0-9]*)?",
}
AMBIGUOUS = r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{2}|[0-9]{4})(?:[^0-9].*)?"
MARKS = dict(zip("．٫＋－−：／", "..+--:/", strict=True))  # as numbers and dates are written in other scripts
ISO_FIX = "Write dates as 2024-03-04 or 2024-03-04T15:30:00+01:00, or as epoch seconds"
NOT_A_NUMBER = ("Not a number", "Write plain digits with a decimal point, as 1299.50")
MIXED_CURRENCY = ("Not in the currency of the other cells", "Write all amounts in one currency, or all without one")
RETURNED = "returned"  # the kind of flaw that is never emptied: without its number, a return would be a purchase
EARLIEST, LATEST = pd.Timestamp("1970-01-01"), pd.Timestamp("2100-01-01")


@dataclass(frozen=True)
class Flaw:
    """What is wrong in the rows where `bad` [n_rows] holds."""

    bad: Mask
    kind: str
    problem: str
    fix: str


def coerce(
    cells: pd.Series, column: Column, number: NumberForm | None = None, order: DateOrder | None = None
) -> tuple[pd.Series, list[Flaw]]:
    """The values of a column of text cells, and its flaws. A missing value ("") becomes NaN or NaT.

    number: how its numbers are written, where they are not plain. order: of day, month and year, where it is known.
    Dates are datetime64[s] in UTC; one without an offset is taken as UTC; fractions of seconds are cut.
    """
    codes, distinct = pd.factorize(cells)  # logs repeat their cells: each distinct one is parsed once
    texts = pd.Series(distinct, dtype="str")
    if column.kind == "date":
        values, flaws = _date(texts, order)
    elif column.kind in NUMERIC:
        values, flaws = _numbers(texts, column, number or NumberForm())
    else:
        values, flaws = _PARSERS[column.kind](texts)
    if column.required:
        flaws.insert(0, Flaw(_blank(distinct), "missing_value", "The cell is empty", "Fill it in"))
    spread = [Flaw(flaw.bad[codes], flaw.kind, flaw.problem, flaw.fix) for flaw in flaws if flaw.bad.any()]
    return values.iloc[codes].reset_index(drop=True), spread


def _blank(texts: pd.Index | pd.Series) -> Mask:
    return np.asarray(pd.Series(texts, dtype="str").str.strip() == "", dtype=bool)


def _matches(texts: pd.Series, pattern: str) -> Mask:
    return np.asarray(texts.str.fullmatch(pattern), dtype=bool)


def _keep(texts: pd.Series) -> tuple[pd.Series, list[Flaw]]:
    return texts.mask(texts == ""), []


def _facet(texts: pd.Series) -> tuple[pd.Series, list[Flaw]]:
    return _keep(texts.str.strip())


def plain_texts(texts: pd.Series) -> pd.Series:
    """Trimmed, with the digits and marks of other scripts (full-width, Arabic-Indic, Devanagari ...) as ASCII."""
    texts = texts.str.strip()
    other = ~texts.map(str.isascii).to_numpy(bool)
    return texts.mask(other, texts[other].map(_ascii_digits)) if other.any() else texts


def _ascii_digits(text: str) -> str:
    digits = (unicodedata.decimal(character, None) for character in text)
    return "".join(
        MARKS.get(character, character) if digit is None else str(digit)
        for character, digit in zip(text, digits, strict=True)
    )


def _numbers(texts: pd.Series, column: Column, form: NumberForm) -> tuple[pd.Series, list[Flaw]]:
    """The numbers of a column, with the flaws of its kind."""
    texts = plain_texts(texts)
    odd = ~_matches(texts, NUMBER) if form == NumberForm() else np.ones(len(texts), dtype=bool)
    plain, others = texts.copy(), np.zeros(len(texts), dtype=bool)
    if odd.any():
        read = [plain_number(text, form) for text in texts[odd]]
        plain[odd] = [number for number, _ in read]
        others[odd] = [other for _, other in read]
    values, flaws = _PARSERS[column.kind](plain)
    wrong = ~_blank(texts) & (_blank(plain) | (others & (column.name not in MONEY)))
    flaws = [
        *flaws,
        Flaw(wrong, "not_a_number", *NOT_A_NUMBER),
        Flaw(others & ~wrong, "mixed_currency", *MIXED_CURRENCY),
    ]
    return values.mask(others), flaws


def _signed(texts: pd.Series) -> tuple[pd.Series, list[Flaw]]:
    """Numbers in plain digits."""
    values = pd.to_numeric(texts.where(_matches(texts, NUMBER)), errors="coerce").astype("float64")
    infinite = np.isinf(values.to_numpy()) | _matches(texts, NOT_FINITE)
    wrong = np.asarray(values.isna(), dtype=bool) & ~infinite & ~_blank(texts)
    return values, [
        Flaw(wrong, "not_a_number", *NOT_A_NUMBER),
        Flaw(infinite, "not_finite", "Not a finite number", "Write a number, or leave the cell empty"),
    ]


def _amount(texts: pd.Series) -> tuple[pd.Series, list[Flaw]]:
    values, flaws = _signed(texts)
    negative = np.asarray(values < 0, dtype=bool)
    return values, [*flaws, Flaw(negative, "negative", "A negative number", "Write 0 or more")]


def _sold(texts: pd.Series) -> tuple[pd.Series, list[Flaw]]:
    """Amounts of a log, where a minus says that goods came back."""
    values, flaws = _amount(texts)
    fix = "Write 0 or more; leave returned goods out of the log"
    return values, [Flaw(f.bad, RETURNED, f.problem, fix) if f.kind == "negative" else f for f in flaws]


def _rating(texts: pd.Series) -> tuple[pd.Series, list[Flaw]]:
    values, flaws = _amount(texts)
    high = np.asarray(values > MAX_RATING, dtype=bool) & np.isfinite(values.to_numpy())
    return values, [*flaws, Flaw(high, "rating_range", "A rating above 5", "Rescale ratings to 1 to 5")]


def _date(texts: pd.Series, order: DateOrder | None = None) -> tuple[pd.Series, list[Flaw]]:
    texts = plain_texts(texts)
    epochs = {unit: _matches(texts, pattern) for unit, pattern in EPOCHS.items()}
    other = ~(_matches(texts, ISO) | _blank(texts) | np.logical_or.reduce(list(epochs.values())))
    iso = texts.copy()
    if other.any():
        iso[other] = [as_iso(text, order) or "" for text in texts[other]]
    iso = iso.where(_matches(iso, ISO)).str.replace(r" ?(?:UTC|GMT)$", "Z", regex=True)
    iso = iso.str.replace(r" ([+-][0-9:]+)$", r"\1", regex=True)
    times = pd.to_datetime(iso, format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None)
    times = times.astype("datetime64[s]")
    for unit, epoch in epochs.items():
        if epoch.any():
            ticks = texts[epoch].str.split(".").str[0].astype("int64").to_numpy()
            times[epoch] = ticks.astype(f"datetime64[{unit}]").astype("datetime64[s]")
    unread = np.asarray(times.isna(), dtype=bool) & ~_blank(texts)
    ambiguous = unread & _matches(texts, AMBIGUOUS) & (order is None)
    return times, [
        Flaw(ambiguous, "ambiguous_date", "No order of day, month and year fits all dates of the file", ISO_FIX),
        Flaw(unread & ~ambiguous, "unreadable_date", "Not a date", ISO_FIX),
    ]


def _event(texts: pd.Series) -> tuple[pd.Series, list[Flaw]]:
    texts = texts.str.strip().str.lower()
    unknown = ~np.asarray(texts.isin(EVENTS), dtype=bool)
    fix = f'Use one of {", ".join(EVENTS)}; or map yours to one of them, or leave its lines out (map it to "")'
    return texts.mask(unknown), [Flaw(unknown, "unknown_event", "An unknown event", fix)]


_PARSERS = {
    "id": _keep,
    "text": _keep,
    "facet": _facet,
    "signed": _signed,
    "amount": _amount,
    "sold": _sold,
    "stock": _amount,
    "rating": _rating,
    "date": _date,
    "event": _event,
}

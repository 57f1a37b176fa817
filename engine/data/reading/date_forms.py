"""Dates as they are written in other ways than ISO 8601, as ISO 8601.

Year first, the name of a month, or eight digits leave one reading. Day, month and year between slashes, points or
dashes may leave several; a file has one order of the three, which its own dates decide, or whoever brings it.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import pandas as pd

DateOrder = Literal["dmy", "mdy", "ymd"]
ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
OFFSET = r"(?: ?(?P<offset>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?"
CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
TIME = rf"(?:(?:,? +|T(?=[0-9]{{2}}:)){CLOCK}{OFFSET})?"
MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t|tember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
REGIONAL = r"(?P<a>[0-9]{1,2})(?P<mark>[/.-])(?P<b>[0-9]{1,2})(?P=mark)(?P<c>[0-9]{4}|[0-9]{2})"
ONE_READING = [
    re.compile(pattern + TIME, re.IGNORECASE)
    for pattern in (
        r"(?P<y>[0-9]{4})(?P<mark>[/.-])(?P<m>[0-9]{1,2})(?P=mark)(?P<d>[0-9]{1,2})",
        r"(?P<y>[0-9]{4})年(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})[日号]",
        rf"(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?[ -]{MONTH}[ ,-]+(?P<y>[0-9]{{4}}|[0-9]{{2}})",
        rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(?P<d>[0-9]{{1,2}}) {MONTH} (?P<y>[0-9]{{4}})",
        rf"{MONTH} (?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<y>[0-9]{{4}})",
    )
] + [
    re.compile(r"(?P<y>(?:19|20)[0-9]{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])"),
    re.compile(
        r"(?P<y>(?:19|20)[0-9]{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])"
        r"(?P<hour>[01][0-9]|2[0-3])(?P<minute>[0-5][0-9])(?P<second>[0-5][0-9])"
    ),
]
SEVERAL = re.compile(REGIONAL + TIME)
LOOKED = r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})(?:[^0-9].*)?"  # cells in which an order is looked for
PIVOT = 69  # two digits from here on are a year of the last century, as in POSIX


class Order(NamedTuple):
    """possible: the orders in which every regional date of a file can be read; none where they contradict each other.
    example: the first of them, "" where there is none."""

    possible: tuple[DateOrder, ...]
    example: str = ""


def find_order(columns: Sequence[pd.Series]) -> Order:
    """In which orders the dates of a file can be read; columns: the distinct cells of its columns of dates."""
    possible, example = set(ORDERS), ""
    for cells in columns:
        looked = cells[cells.str.fullmatch(LOOKED).to_numpy(bool)]
        days = looked.str.replace(r"[^0-9/.-].*$", "", regex=True)  # a log has few days, and many times of each
        for text in looked[~days.duplicated().to_numpy()]:
            match = SEVERAL.fullmatch(text)
            fits = {order for order in ORDERS if match and _parts(match, order)}
            if fits:
                possible &= fits
                example = example or text
    return Order(tuple(order for order in ORDERS if order in possible), example)


def _parts(match: re.Match[str], order: DateOrder) -> tuple[int, int, int] | None:
    """Year, month and day of a regional date in an order; None where it cannot be read in it."""
    a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
    long = len(match["c"]) == 4
    day, month, year = {"dmy": (a, b, c), "mdy": (b, a, c), "ymd": (c, b, a)}[order]
    if (long and order == "ymd") or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return year if long else _year(year), month, day


def _year(two_digits: int) -> int:
    return two_digits + (1900 if two_digits >= PIVOT else 2000)


def as_iso(text: str, order: DateOrder | None) -> str | None:
    """A date as ISO 8601, with its time and offset; None where it is none that can be read here, or its order is not
    known. Days that no month has come out as they are, and are no date for the next reader."""
    if order and (match := SEVERAL.fullmatch(text)):
        parts = _parts(match, order)
        return _written(match, *parts) if parts else None
    for pattern in ONE_READING:
        if match := pattern.fullmatch(text):
            groups = match.groupdict()
            month = MONTHS.index(groups["name"][:3].lower()) + 1 if "name" in groups else int(match["m"])
            year = int(match["y"])
            return _written(match, year if len(match["y"]) == 4 else _year(year), month, int(match["d"]))
    return None


def _written(match: re.Match[str], year: int, month: int, day: int) -> str | None:
    groups = match.groupdict()
    date = f"{year:04}-{month:02}-{day:02}"
    if not groups.get("hour"):
        return date
    hour = int(match["hour"])
    if groups.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match["half"] in "Pp")
    offset = (groups.get("offset") or "").replace("UTC", "Z").replace("GMT", "Z")
    return f"{date}T{hour:02}:{match['minute']}:{groups.get('second') or '00'}{offset}"

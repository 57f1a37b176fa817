"""Which of a file's columns is which of ours, and which of its events: suggestions to be shown, never silently used."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from engine.data.reading.cells import coerce, plain_texts
from engine.data.reading.columns import EVENTS, MONEY, NUMERIC, SCHEMAS, WITH_EVENTS, Column
from engine.data.reading.number_forms import read_form
from engine.data.reading.synonyms import COLOURS, EVENT_WORDS, NAMES, PRODUCT_FORMS, SHARED, UNKNOWN

LIKELY = 0.5  # suggestions from this confidence on
READABLE = 0.8  # share of cells that a column of numbers or dates must parse
FEW = 20  # rows of which some share a value, where it groups them
NUMBERED = re.compile(r"column [0-9]+")  # how the columns of a file without a header are called
TOLD_BY_VALUES = ("item_id", "timestamp", "event", "colour")  # whatever their names are


@dataclass(frozen=True)
class ColumnSuggestion:
    """`theirs` is perhaps our column `ours`; confidence in [0, 1], 1 where the names are the same."""

    theirs: str
    ours: str
    confidence: float


def suggest(table: str, cells: pd.DataFrame, catalogue: Collection[str] = ()) -> list[ColumnSuggestion]:
    """At most one of their columns for each of ours, surest first.

    cells: the first rows as text. catalogue: known item ids, which tell the item column of another table by its
    values. A name alone gives up to 0.95; values that do not fit the column's kind take it away.
    """
    known = frozenset(catalogue)
    orders = _one_an_order(table, cells)  # a number of the order comes back in its lines, and is no shopper's
    rated = [
        ColumnSuggestion(str(theirs), ours, confidence)
        for theirs in cells
        for ours, column in SCHEMAS[table].items()
        if (confidence := _confidence(
            table, str(theirs), (orders if ours == "user_id" else cells)[theirs], column, known
        )) >= LIKELY
    ]  # fmt: skip
    if table == "interactions" and all(map(NUMBERED.fullmatch, map(str, cells))):
        rated += [
            ColumnSuggestion(name, "user_id", LIKELY) for name in map(str, cells) if cells[name].duplicated().any()
        ]
    rated = _without_unit_prices(table, cells, rated)
    rated.sort(key=lambda suggestion: -suggestion.confidence)
    taken: set[tuple[str, str]] = set()
    chosen = []
    for suggestion in rated:
        if not {("theirs", suggestion.theirs), ("ours", suggestion.ours)} & taken:
            taken |= {("theirs", suggestion.theirs), ("ours", suggestion.ours)}
            chosen.append(suggestion)
    return chosen


def _without_unit_prices(table: str, cells: pd.DataFrame, rated: list[ColumnSuggestion]) -> list[ColumnSuggestion]:
    """Without the price of one piece as the amount of a line, in a log that tells how many pieces: where no amount is
    mapped, the price of the product times the pieces counts. Nor is it one that is missing beside such a price."""
    prices = [each.theirs for each in rated if each.ours == "value" and _by_name("orders", each.theirs, "price")]
    if table != "interactions" or not prices or all(each.ours != "quantity" for each in rated):
        return rated
    filled = cells.apply(lambda column: column.str.strip() != "")
    lines = filled[prices].any(axis=1)
    amounts = {each.theirs for each in rated if each.theirs not in prices and filled.loc[lines, each.theirs].all()}
    return [each for each in rated if each.ours != "value" or each.theirs in amounts]


def _one_an_order(table: str, cells: pd.DataFrame) -> pd.DataFrame:
    """The first line of each order, and all lines of none."""
    column = SCHEMAS[table].get("basket_id")
    if column is None or not len(cells.columns):
        return cells
    rated = {name: _confidence(table, str(name), cells[name], column, frozenset()) for name in cells}
    order = max(rated, key=rated.__getitem__)
    if rated[order] < LIKELY:
        return cells
    return cells[~cells[order].duplicated() | (cells[order].str.strip() == "")]


def suggest_mapping(peeked: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, str]]:
    """A mapping of several tables, {table: {theirs: ours}}, and of their events; names that are ours already are
    left out, and so are tables that need none."""
    items = suggest("items", peeked["items"]) if "items" in peeked else []
    ids = next(
        (peeked["items"][suggestion.theirs] for suggestion in items if suggestion.ours == "item_id"),
        pd.Series(dtype="str"),
    )
    mapping: dict[str, dict[str, str]] = {}
    for table, cells in peeked.items():
        chosen = items if table == "items" else suggest(table, cells, frozenset(ids))
        mapping[table] = _as_mapping(chosen, cells)
        if table in WITH_EVENTS:
            event = next((suggestion.theirs for suggestion in chosen if suggestion.ours == "event"), None)
            mapping["events"] = suggest_events(cells[event].unique()) if event else {}
    return {table: names for table, names in mapping.items() if names}


def _as_mapping(chosen: Iterable[ColumnSuggestion], cells: pd.DataFrame) -> dict[str, str]:
    """{theirs: ours}; a column whose own name another one has better is left out ("")."""
    names = {each.theirs: each.ours for each in chosen if each.theirs != each.ours}
    return names | {ours: "" for ours in names.values() if ours in cells and ours not in names}


def suggest_header(cells: pd.DataFrame, catalogue: Collection[str] = ()) -> list[str]:
    """Names for the columns of a log without a header, by their values; those that nothing is known of keep theirs."""
    ours = {each.theirs: each.ours for each in suggest("interactions", cells, catalogue)}
    return [ours.get(str(name), str(name)) for name in cells]


def suggest_events(values: Iterable[str]) -> dict[str, str]:
    """{their event: ours} for the events whose words we know; those that are ours already are left out."""
    meanings = {}
    for value in values:
        ours = _event(value)
        if ours is not None and value.strip().lower() not in EVENTS:
            meanings[value] = ours
    return meanings


def _event(value: str) -> str | None:
    """Our event that a word of theirs means, also with what it was done to in front: `item_click`."""
    name = squeezed(value)
    return _EVENTS.get(name) or _EVENTS.get(re.sub("^(item|product|ecommerce)", "", name))


def squeezed(name: str) -> str:
    """A name without case, accents, spaces and marks: `Product ID`, `productId` and `product_id` are one."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[\W_]+", "", plain)


def is_known(name: str) -> bool:
    """Whether a name is one of ours, or a word that shops have for one, in any table."""
    return squeezed(name) in _NAMES


_NAMES = {squeezed(word) for names in (SHARED, *NAMES.values()) for words in names.values() for word in words} | {
    squeezed(ours) for columns in SCHEMAS.values() for ours in columns
}
_EVENTS = {squeezed(word): ours for ours, words in EVENT_WORDS.items() for word in (ours, *words)}


def _confidence(table: str, theirs: str, cells: pd.Series, column: Column, known: frozenset[str]) -> float:
    by_name = _by_name(table, theirs, column.name)
    if not by_name and column.name not in TOLD_BY_VALUES:
        return 0.0
    filled = cells[cells.str.strip() != ""]
    if filled.empty:
        return 0.6 if by_name == 1.0 else 0.5 * by_name
    if by_name == 1.0:
        return 1.0
    if table == "orders" and column.name == "value" and len(filled) < len(cells):
        return 0.0  # the amount of an order, which stands in its first line only
    fits = _fits(filled, column)
    if fits < READABLE:
        return 0.0
    if column.kind == "facet":
        return _facet_confidence(by_name, filled, column.name)
    if table == "items" and column.name == "item_id":
        single = filled.nunique() / len(cells)  # an id is filled in everywhere, and each time another one
        return by_name * (0.8 + 0.2 * single)
    if column.name == "item_id" and known:
        share = float(filled.isin(known).mean())
        return max(by_name * (0.7 + 0.3 * share), 0.7 * share)  # only the first rows of the catalogue are known
    if column.name == "user_id":
        return by_name * _returning(cells)
    if column.name == "event":
        values = filled.unique()
        by_values = sum(_event(value) is not None for value in values) / len(values) if len(values) > 1 else 0.0
        return max(by_name, 0.75 * by_values)
    if column.name == "timestamp":
        return max(by_name, 0.55)  # any column of dates may be the time
    return by_name


def _returning(cells: pd.Series) -> float:
    """How well the values could be shoppers, in [0.4, 1]: known in every line, and some of them more than once."""
    known = cells[~cells.str.strip().str.casefold().isin(UNKNOWN | {""})]
    return (0.5 + 0.5 * len(known) / len(cells)) * (1.0 if known.duplicated().any() else 0.8)


def _facet_confidence(by_name: float, filled: pd.Series, ours: str) -> float:
    """Values that name events, forms of products, or never come back are no groups of products; colours tell
    themselves."""
    values = {squeezed(value) for value in filled}
    others = values & (PRODUCT_FORMS | _EVENTS.keys())
    single = len(filled) >= FEW and filled.nunique() == len(filled)
    if len(others) >= READABLE * len(values) or single:
        return 0.4 * by_name
    if ours == "colour" and len(values & COLOURS) >= READABLE * len(values):
        return max(by_name, 0.6)
    return by_name


def _by_name(table: str, theirs: str, ours: str) -> float:
    """How well the names agree: 1 the same, 0.95 squeezed the same, then by the place among the known words."""
    if theirs == ours:
        return 1.0
    name = squeezed(theirs)
    if name == squeezed(ours):
        return 0.95
    if "." in theirs:  # of a nested field only the last name counts
        return 0.9 * _by_name(table, theirs.rpartition(".")[2], ours)
    words = [squeezed(word) for word in (*NAMES[table].get(ours, ()), *SHARED.get(ours, ()))]
    if name in words:
        return 0.9 - 0.01 * words.index(name)
    bare = re.sub(f"^({_OF_LINES})", "", name)  # `Lineitem price`: surely of the line, and not of the order
    if bare != name and bare in (squeezed(ours), *words) and ours != "basket_id":
        return 0.9
    bare = re.sub(f"^({_PREFIXES})", "", name)  # `product_title`, `event_time`
    if bare == name or name in _NAMES or ours.endswith("_id"):
        return 0.0
    return 0.75 if bare == squeezed(ours) else 0.7 if bare in words else 0.0


_OF_LINES = "lineitem|orderline"
_PREFIXES = "product|prod|item|variant|goods|article|user|customer|order|event|商品|产品|用户|顾客|订单"


def _fits(filled: pd.Series, column: Column) -> float:
    """Share of the filled cells that the column's parser takes; 1 for text."""
    if column.kind not in (*NUMERIC, "date"):
        return 1.0
    form = None
    if column.kind in NUMERIC:
        form = read_form(
            plain_texts(filled.drop_duplicates()), column.name in MONEY, column.kind == "rating", None
        ).form
    _, flaws = coerce(filled.reset_index(drop=True), replace(column, required=False), form)
    bad = pd.Series(False, index=range(len(filled)))
    for flaw in flaws:
        oversold = column.kind == "stock" and flaw.kind == "negative"
        if flaw.kind != "ambiguous_date" and not oversold:  # a date all the same; the check will say how to write it
            bad |= flaw.bad
    return float(1 - bad.mean())

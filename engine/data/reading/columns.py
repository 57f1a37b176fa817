"""The schema: the only place where column names, events and limits are written."""

from dataclasses import dataclass
from typing import Literal

import psutil

Kind = Literal["id", "text", "facet", "amount", "sold", "stock", "signed", "rating", "date", "event"]

EVENTS = ["search", "view", "click", "favourite", "share", "cart", "buy", "rate"]
LIKED = 4.0  # a rating from here on counts as relevant
MAX_RATING = 5.0

NUMERIC = ("amount", "sold", "stock", "signed", "rating")  # kinds of columns of numbers
MONEY = ("price", "margin", "value")  # columns in which a currency may stand beside the number
MAX_ROWS = 50_000_000
MAX_COLUMNS = 200
MAX_CELL = 100_000  # characters in one cell
MAX_LINE = 1 << 20  # bytes in one line of a CSV file
MAX_BYTES = 8 << 30  # decoded bytes of one file
MAX_FACET_VALUES = 1_000  # a further text column with more values is kept, but is no facet


def roomy(limit: int) -> int:
    """`limit` bytes, or a quarter of this machine's memory where that is less: tables take up to three times that."""
    return min(limit, int(psutil.virtual_memory().total) // 4)


@dataclass(frozen=True)
class Column:
    """One column. `id` and `text` keep the text as it is; `facet` is text that groups items; `amount` >= 0,
    and so are `sold`, of a line of the log, and `stock`; `signed` any finite number; `rating` 0 to 5; `date` ISO 8601
    or an epoch in seconds, milliseconds or microseconds, kept as UTC."""

    name: str
    kind: Kind
    required: bool = False


def _columns(kind: Kind, *names: str, required: bool = False) -> list[Column]:
    return [Column(name, kind, required) for name in names]


_SCHEMA = {
    "items": [
        Column("item_id", "id", required=True),
        *_columns("text", "title", "description"),
        *_columns("facet", "category", "subcategory", "brand", "provider", "colour"),
        *_columns("amount", "price"),
        *_columns("signed", "margin"),
        *_columns("stock", "stock"),
        *_columns("text", "image_url"),
        *_columns("date", "launched_at"),
        *_columns("text", "variants", "parent_id"),
    ],
    "interactions": [
        *_columns("id", "user_id", "item_id", required=True),
        Column("timestamp", "date", required=True),
        Column("event", "event"),
        Column("query", "text"),
        *_columns("sold", "quantity", "value"),
        Column("basket_id", "text"),
        Column("rating", "rating"),
    ],
    "users": [Column("user_id", "id", required=True)],
    "promotions": [
        *_columns("id", "promotion_id", "item_id", required=True),
        Column("kind", "text"),
        *_columns("date", "starts_at", "ends_at"),
    ],
}
_PRODUCT = [
    *_columns("facet", "category", "subcategory", "brand", "provider", "colour"),
    *_columns("text", "image_url"),
]
# Files of which one is a whole shop. Their price is that of one piece; in orders a minus is a return or a correction.
_SINGLE_FILES = {
    "orders": [
        Column("item_id", "id", required=True),
        Column("title", "text"),
        *_columns("id", "user_id", required=True),
        Column("timestamp", "date", required=True),
        Column("event", "event"),  # what became of the order: bought, or left out
        Column("basket_id", "text"),
        *_columns("signed", "quantity", "price", "value"),
        *_PRODUCT,
    ],
    "reviews": [
        *_columns("id", "user_id", "item_id", required=True),
        Column("timestamp", "date", required=True),
        Column("rating", "rating", required=True),
        Column("title", "text"),
        *_PRODUCT,
        Column("price", "amount"),
    ],
    "activity": [
        *_columns("id", "user_id", "item_id", required=True),
        Column("timestamp", "date", required=True),
        Column("event", "event"),
        Column("title", "text"),
        *_PRODUCT,
        Column("price", "amount"),
        Column("query", "text"),
        *_columns("sold", "quantity", "value"),
        Column("basket_id", "text"),
        Column("rating", "rating"),
    ],
}
TABLES = {table: {column.name: column for column in columns} for table, columns in _SCHEMA.items()}
SINGLE_FILES = {table: {column.name: column for column in columns} for table, columns in _SINGLE_FILES.items()}
SCHEMAS = TABLES | SINGLE_FILES
LOGS = ("interactions", "activity")  # tables that say what happened
WITH_EVENTS = [table for table, columns in SCHEMAS.items() if "event" in columns]
FACETS = [column.name for column in _SCHEMA["items"] if column.kind == "facet"]
TEXTS = ["title", "category", "description"]  # what the text encoder reads
DESCRIBING = ["title", "description", *FACETS]  # a catalogue needs at least one of these

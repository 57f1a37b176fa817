"""The season as shop systems, analytics and public logs write it: a catalogue and a log, in the layouts of `LAYOUTS`.

Columns and their order, the delimiter, and what stands in columns that nothing is read from, come from the small file
of the layout. Only what tells a product or a line apart is written here.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.data.layouts.layouts import Layout
from tests.data.layouts.seasons import Line, Product, Season

Row = Mapping[str, object]
ItemRows = Callable[[Product, "Export"], Iterable[Row]]
LogRows = Callable[[Line, "Export", str], Iterable[Row]]
BUYING = {"buy": ""}  # of a log of purchases alone


@dataclass(frozen=True)
class Export:
    """How a layout writes the season.

    item, shopper: their ids, by number. items, log: the rows of a product and of a line. words: its word for each of
    the season's events; lines of others are not written. told: what its catalogue tells of
    products, and `amount` where its log tells what a line came to. daily: times are dates. choices: answers beside
    those of the layout. title: of a product, where it is not that of the season. once: columns that only the first
    line of an order fills.
    """

    item: str
    shopper: str
    items: ItemRows
    log: LogRows | None = None
    words: Mapping[str, str] = field(default_factory=lambda: BUYING)
    told: tuple[str, ...] = ("title", "category", "price")
    daily: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    title: Callable[[Product], str] = lambda product: product.title
    once: tuple[str, ...] = ()

    def id_of(self, product: Product) -> str:
        return self.item.format(product.number)

    def name_of(self, shopper: int) -> str:
        return self.shopper.format(shopper)

    def events(self, layout: Layout, season: Season) -> list[Line]:
        """The lines whose event has a meaning in the layout."""
        return season.of(*(event for event, word in self.words.items() if word not in layout.left_out))


def write_layout(layout: Layout, export: Export, season: Season, folder: Path) -> dict[str, Path]:
    """Its files, {table: path}, of the whole season."""
    rows = {"items": [row for product in season.products for row in export.items(product, export)]}
    if export.log is not None:
        lines = season.of(*export.words)
        rows["interactions"] = [row for _, _, row in log_rows(export, lines)]
    if "users" in layout.files:
        rows["users"] = [{"customer_id": export.name_of(number), "age": 20 + number} for number in range(40)]
    paths = {}
    for table, example in layout.files.items():
        paths[table] = folder / example.name
        headless = bool(layout.header) and table == "interactions"
        paths[table].write_text(written(example, rows[table], layout.header if headless else ()), encoding="utf-8")
    return paths


def log_rows(export: Export, lines: Iterable[Line]) -> Iterator[tuple[Line, bool, Row]]:
    """Each line, whether it is the first one of its order, and its row."""
    assert export.log is not None
    seen: set[int] = set()
    for line in lines:
        first = line.order not in seen
        seen.add(line.order)
        blank = {} if first else dict.fromkeys(export.once, "")
        for row in export.log(line, export, export.words[line.event]):
            yield line, first, {**row, **blank}


def written(example: Path, rows: Iterable[Row], header: tuple[str, ...] = ()) -> str:
    """Rows in the layout of a small file: its delimiter, its columns, and its first row where a row says nothing.
    header: the names of the columns of a file without a header line."""
    text = example.read_text(encoding="utf-8-sig")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    first, *others = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    names, usual = (list(header), first) if header else (first, others[0])
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    if not header:
        writer.writerow(names)
    for row in rows:
        unknown = set(row) - set(names)
        assert not unknown, f"{example.name} has no columns {unknown}"
        writer.writerow([row.get(name, value) for name, value in zip(names, usual, strict=True)])
    return out.getvalue()

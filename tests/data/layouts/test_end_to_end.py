"""A season in every layout, from the files to an audit of lists, by the commands.

What the shop holds is checked against the season itself and against the files as the standard library reads them, and
figures by plain Python.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from engine.__main__ import main
from engine.bench.catalogue import CatalogueBench
from engine.data import Dataset, FileOptions, open_shop, peek
from engine.data.reading.suggestions import suggest_mapping
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
from tests.data.layouts.exports import Export, write_layout
from tests.data.layouts.layouts import LAYOUTS, Layout
from tests.data.layouts.log_rows import LOGS
from tests.data.layouts.plain_reading import bought_by_file
from tests.data.layouts.seasons import Line, Season, season
from tests.data.layouts.shop_rows import SHOPS
from tests.data.layouts.single_layouts import SINGLE_LAYOUTS
from tests.data.layouts.single_rows import SINGLES, write_single, write_workbook

K = 5
Write = Callable[[Layout, Export, Season, Path], dict[str, Path]]
EXPORTS = {**SHOPS, **LOGS, **SINGLES}
BY_NAME = {layout.folder: layout for layout in (*LAYOUTS, *SINGLE_LAYOUTS)}
CASES: dict[str, tuple[Layout, Export, Write]] = {
    name: (layout, EXPORTS[name], write_layout if "items" in layout.mapping else write_single)
    for name, layout in BY_NAME.items()
}
CASES["uci_workbook"] = (BY_NAME["uci_retail"], SINGLES["uci_retail"], write_workbook)
CATALOGUES = [name for name, (_, export, _) in CASES.items() if export.log is None]
OPTION = {"activity": "events"}  # what the command line calls a table


def prepared(name: str, folder: Path) -> tuple[Dataset, dict[str, Path]]:
    """The shop that the command makes of the season's files, with the mapping that it suggests for them."""
    layout, export, write = CASES[name]
    files = write(layout, export, season(), folder)
    options = {"interactions": FileOptions(header=layout.header)} if layout.header else {}
    mapping = suggest_mapping({table: peek(path, options=options.get(table)).cells for table, path in files.items()})
    assert mapping == layout.mapping
    events = mapping.get("events", {}) | dict.fromkeys(layout.left_out, "")
    (folder / "mapping.json").write_text(json.dumps(mapping | {"events": events}), encoding="utf-8")
    call = ["prepare", "--out", str(folder / "shop"), "--mapping", str(folder / "mapping.json")]
    for table, path in files.items():
        call += [f"--{OPTION.get(table, table)}", str(path)]
    for answer in ({**layout.choices, **export.choices}).items():
        call += [f"--{answer[0].replace('_', '-')}", answer[1]]
    if layout.header:
        call += ["--header", f"interactions={','.join(layout.header)}"]
    assert main(call) == 0
    return open_shop(folder / "shop"), files


def check_products(data: Dataset, export: Export) -> None:
    items = data.items.set_index("item_id")
    products = {export.id_of(product): product for product in season().products}
    assert set(items.index) == set(products)
    if "title" in export.told:
        assert items["title"].to_dict() == {item: export.title(product) for item, product in products.items()}
    if "price" in export.told:
        assert items["price"].to_dict() == pytest.approx({item: product.price for item, product in products.items()})
    if "category" in export.told:  # whatever they are called, the same products belong together
        assert groups(items["category"].to_dict()) == groups(
            {item: product.category for item, product in products.items()}
        )


def groups(values: dict[str, str]) -> set[frozenset[str]]:
    members = defaultdict(set)
    for key, value in values.items():
        members[value].add(key)
    return {frozenset(group) for group in members.values()}


def check_log(data: Dataset, layout: Layout, export: Export) -> None:
    lines = export.events(layout, season())
    names, ids = data.users["user_id"].to_numpy(), data.items["item_id"].to_numpy()
    bought = data.positives()
    found = Counter(zip(names[bought["user"]], ids[bought["item"]], strict=True))
    assert found == purchases(export)
    assert len(data.interactions) == len(lines)
    if "amount" in export.told:
        spent = data.spending()
        assert spent is not None
        assert spent.sum() == pytest.approx(sum(line.amount for line in season().of("buy")))
    first, last = (time_of(line, export) for line in (lines[0], lines[-1]))
    assert (data.start, data.end) == (first, last)


def purchases(export: Export) -> Counter[tuple[str, str]]:
    """How often each shopper bought each product, by their ids here."""
    products = season().products
    return Counter({
        (export.name_of(shopper), export.id_of(products[number])): count
        for (shopper, number), count in season().purchases().items()
    })  # fmt: skip


def time_of(line: Line, export: Export) -> pd.Timestamp:
    return pd.Timestamp(line.time.date() if export.daily else line.time)


def check_slates(slates: Path, layout: Layout, export: Export) -> dict[str, list[str]]:
    """Every shopper known before the cut-off has K different known products; the lists by shopper."""
    table = pd.read_parquet(slates)
    lists = {user: rows.sort_values("rank") for user, rows in table.groupby("user_id")}
    early = {export.name_of(line.shopper) for line in before(layout, export)}
    known = {export.id_of(product) for product in season().products}
    assert set(lists) == early
    for rows in lists.values():
        assert rows["rank"].tolist() == list(range(1, K + 1))
        assert rows["item_id"].nunique() == K and set(rows["item_id"]) <= known
    return {str(user): rows["item_id"].tolist() for user, rows in lists.items()}


def before(layout: Layout, export: Export) -> list[Line]:
    """What the model may know: the lines before the cut-off."""
    return [line for line in export.events(layout, season()) if line.time < season().cutoff]


def check_metrics(figures: dict[str, Any], lists: dict[str, list[str]], export: Export) -> None:
    """Coverage and hit rate by plain Python."""
    sold = {line.product.number for line in season().of("buy") if line.time < season().cutoff}
    shown = {item for items in lists.values() for item in items}
    assert figures["coverage"] == pytest.approx(len(shown) / len(sold))
    later = defaultdict(set)
    for line in season().of("buy"):
        if line.time >= season().cutoff:
            later[export.name_of(line.shopper)].add(export.id_of(line.product))
    hits = [bool(later[user] & set(items)) for user, items in lists.items() if later[user]]
    assert figures["hit_rate"] == pytest.approx(sum(hits) / len(hits)) and figures["n"]["hit_rate"] == len(hits)
    assert figures["lists"] == {"shoppers": len(lists), "empty": 0}


def check_audit(audited: dict[str, Any], figures: dict[str, Any], shoppers: int) -> None:
    """Of all shoppers together the audit says what `metrics` says, and its groups are all shoppers."""
    assert audited["setting"]["shoppers"] == shoppers
    for row in [row for row in audited["overall"] if row["metric"] in figures]:
        own = [each for each in audited["results"] if each["metric"] == row["metric"]]
        assert row["value"] == pytest.approx(figures[row["metric"]]), row["metric"]
        assert sum(each["n"] for each in own) == row["n"] and {each["by"] for each in own} == {"history"}


def numbers(content: object) -> Iterator[float]:
    """Every number in a JSON document."""
    if isinstance(content, dict | list):
        for part in content.values() if isinstance(content, dict) else content:
            yield from numbers(part)
    elif isinstance(content, int | float):
        yield float(content)


@pytest.mark.parametrize("name", [name for name in CASES if name not in CATALOGUES])
def test_from_files_to_an_audit(name: str, tmp_path: Path) -> None:
    data, files = prepared(name, tmp_path)
    layout, export, write = CASES[name]
    check_products(data, export)
    check_log(data, layout, export)
    if write is not write_workbook:
        assert bought_by_file(layout, export, files) == purchases(export)
    shop, since = str(tmp_path / "shop"), f"{season().cutoff:%Y-%m-%d}"
    strategy = tmp_path / "strategy.json"
    strategy.write_text(json.dumps({"method": "mmr", "diversity": 0.3, "k": K}), encoding="utf-8")
    slates, told, rows = (str(tmp_path / file) for file in ("slates.parquet", "metrics.json", "rows.json"))
    model = ["--data", shop, "--model", "frequency"]
    assert main(["train", *model, "--until", since]) == 0
    assert main(["evaluate", *model, "--strategy", str(strategy), "--json", rows]) == 0
    assert main(["rerank", *model, "--strategy", str(strategy), "--out", slates]) == 0
    lists = check_slates(Path(slates), layout, export)
    assert main(["metrics", "--data", shop, "--slates", slates, "--since", since, "--json", told]) == 0
    figures = json.loads(Path(told).read_text(encoding="utf-8"))
    check_metrics(figures, lists, export)
    evaluated = {row["metric"]: row["value"] for row in json.loads(Path(rows).read_text()) if row["scope"] == "all"}
    assert evaluated["coverage"] == pytest.approx(figures["coverage"])
    audit = ["audit", "--data", shop, "--slates", slates, "--since", since, "--by", "history"]
    assert main([*audit, "--out", str(tmp_path / "audit"), "--json", told]) == 0
    audited = json.loads(Path(told).read_text(encoding="utf-8"))
    check_audit(audited, figures, len(lists))
    assert all(math.isfinite(number) for number in numbers([figures, evaluated, audited]))


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_catalogue_alone(name: str, tmp_path: Path) -> None:
    """Without a log there is nothing to train on, which is said; lists of similar products are made all the same."""
    data, _ = prepared(name, tmp_path)
    check_products(data, CASES[name][1])
    problems = tmp_path / "problems.json"
    shop = str(tmp_path / "shop")
    assert main(["train", "--data", shop, "--model", "frequency", "--json", str(problems)]) == 2
    assert [each["kind"] for each in json.loads(problems.read_text(encoding="utf-8"))] == ["no_purchases"]
    bench = CatalogueBench(data)
    strategy = Strategy(method="mmr", diversity=0.3, k=K, surface="similar")
    items = make_slates(bench, strategy).items
    assert items.shape == (len(data.items), K)
    for row, slate in enumerate(items):
        assert len({*slate.tolist(), row}) == K + 1 and slate.min() >= 0


def test_there_are_more_than_twenty_layouts() -> None:
    assert set(EXPORTS) == set(BY_NAME) and len(CASES) == 24

"""Every page on shops with columns that say nothing: of no product, or of none that can be shown."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.bench.bench import Bench
from engine.data import Dataset, default_cutoff
from engine.data.assemble import assemble
from engine.training.training import load_or_train
from tests.ui.harness import ALL_PAGES, open_page, ready
from ui.background import preparation
from ui.text.words import table

N_ITEMS, N_USERS, UNSOLD = 24, 14, 23


def items() -> pd.DataFrame:
    rows = range(N_ITEMS)
    return pd.DataFrame(
        {
            "item_id": [f"i{row}" for row in rows],
            "title": [
                f"{('red', 'blue', 'oak')[row % 3]} {('pan', 'pot', 'lamp', 'rug')[row % 4]} {row}" for row in rows
            ],
            "category": ["ABC"[row % 3] for row in rows],
            "brand": ["xy"[row % 2] for row in rows],
            "price": [5.0 + row for row in rows],
        }
    )


def only(column: pd.Series, row: int) -> pd.Series:
    """The column with a value in one row alone."""
    return column.where(column.index == row)


HOLES = {
    "no facet": items()[["item_id", "title"]],
    "facets of what cannot be shown": items().assign(
        category=only(items()["category"], UNSOLD), brand=only(items()["brand"], UNSOLD)
    ),
    "price of what cannot be shown": items().assign(price=only(items()["price"], UNSOLD)),
    "a category of one product": items()[["item_id", "title", "category"]].assign(
        category=only(items()["category"], 3)
    ),
    "texts of what cannot be shown": items().assign(title=only(items()["title"], UNSOLD)),
}


def shop(catalogue: pd.DataFrame, name: str) -> Dataset:
    rng = np.random.default_rng(0)
    n = N_USERS * 20
    log = pd.DataFrame(
        {
            "user_id": [f"u{row % N_USERS}" for row in range(n)],
            "item_id": [f"i{row}" for row in rng.integers(0, N_ITEMS - 4, n)],
            "timestamp": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 120, n), unit="D"),
            "event": "buy",
        }
    )
    users = pd.DataFrame({"user_id": [f"u{row}" for row in range(N_USERS)]})
    return assemble(name, catalogue, users, log)


@pytest.fixture(scope="module", params=HOLES)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    data = shop(HOLES[request.param], request.param)
    folder = tmp_path_factory.mktemp("holes")
    data.save(folder)
    return Bench(data, *load_or_train("blend", folder, data, default_cutoff(data)))


@pytest.mark.parametrize("page", ALL_PAGES)
def test_every_page_opens(bench: Bench, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    work = ready(bench)
    monkeypatch.setattr(preparation, "preparation", lambda: work)
    app = open_page(page, lang="en")
    assert not app.error, [error.value for error in app.error]
    assert app.title[0].value == table()[f"{page}.title"]["en"]
    shown = "\n".join(part.value for kind in ("markdown", "info", "warning") for part in getattr(app, kind))
    shown += "".join(str(part.proto) for part in app.get("bidi_component"))
    assert " nan" not in shown and "nan%" not in shown and ">nan" not in shown


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pages_name_nothing_that_a_shop_without_facets_lacks(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = shop(HOLES["no facet"], "no facet")
    data.save(tmp_path)
    work = ready(Bench(data, *load_or_train("blend", tmp_path, data, default_cutoff(data))))
    monkeypatch.setattr(preparation, "preparation", lambda: work)
    words = {name: table()[name][lang] for name in ("compare.by_category", "trade_offs.legend")}
    compare = "\n".join(part.value for part in open_page("compare", lang=lang).markdown)
    assert words["compare.by_category"] not in compare, "there is no category to count slots by"
    trade_offs = "\n".join(part.value for part in open_page("trade_offs", lang=lang).markdown)
    assert words["trade_offs.legend"] in trade_offs, "no point gives makers more"

"""A context that is added by one file and one row of the table gets lists, figures and the pages that make sense."""

from dataclasses import replace

import numpy as np
import pytest

from engine.bench import contexts
from engine.bench.context import PRODUCTS, SHOPPERS
from engine.bench.contexts import context_of, untrained_bench
from engine.data import Dataset, silent
from engine.evaluation.curve import trade_off
from engine.slates.make import make_slates
from engine.strategy.strategy import DEFAULT
from tests.bench.toy import ROW, SHELVES, ShelfBench
from tests.fixtures import shops
from tests.ui.harness import ALL_PAGES, open_page
from ui.background.preparation import Preparation

STRATEGY = DEFAULT.at(surface="similar", k=4, pool=20)


@pytest.fixture(scope="module")
def shelves() -> Dataset:
    return replace(shops.catalogue(), name="shelves")


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "CONTEXTS", [ROW, *contexts.CONTEXTS])


def test_each_shop_has_the_first_context_that_fits(shelves: Dataset) -> None:
    assert context_of(shelves) is SHELVES
    assert context_of(shops.catalogue()) is PRODUCTS
    assert context_of(shops.journey()) is SHOPPERS and untrained_bench(shops.journey(), silent) is None


def test_it_gets_lists_and_figures(shelves: Dataset) -> None:
    bench = untrained_bench(shelves, silent)
    assert isinstance(bench, ShelfBench)
    lists = make_slates(bench, STRATEGY.at(diversity=0.0)).items
    cheapest = np.argsort(shelves.items["price"].to_numpy(), kind="stable")[:4]
    assert lists.shape == (len(bench.users), 4) and (lists == cheapest).all()
    curve = trade_off(bench, STRATEGY, (0.0, 1.0))
    assert curve.key("ndcg") is None and curve.values("ild")[1] > curve.values("ild")[0]
    assert curve.values("score_kept")[0] == 1.0


@pytest.mark.parametrize("page", ALL_PAGES)
def test_every_page_opens(shelves: Dataset, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    work = prepared(shelves, monkeypatch)
    monkeypatch.setattr("ui.background.preparation.preparation", lambda: work)
    assert not open_page(page).error


def prepared(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> Preparation:
    """What pages get, from the table as a shop gets it."""
    monkeypatch.setattr("ui.background.preparation.open_shop", lambda shop, report: data)
    work = Preparation("shelves")
    work.wait(120)
    assert work.problem is None and isinstance(work.bench, ShelfBench), work.refused
    return work

"""A shop that is closed leaves memory: no cache of the process, and no job, keeps it."""

import gc
import weakref
from pathlib import Path

import pytest

from engine.bench.bench import Bench, BenchClosed
from engine.data import Dataset
from engine.strategy.strategy import DEFAULT
from tests.ui.harness import open_page, ready
from ui.background import curves, jobs, memory, results
from ui.models.work import ModelJob, Roster
from ui.text import products, shoppers
from ui.text.words import table
from ui.trade_offs import work
from ui.widgets import product_texts


def used(bench: Bench) -> Bench:
    """Another bench on the same shop, used as pages use it."""
    mine = Bench(bench.data, bench.model, bench.card)
    curves.curve(mine, DEFAULT)
    who = shoppers.resolve(shoppers.shoppers(mine)[0], mine)
    assert who is not None and shoppers.groups(mine)
    everyone = shoppers.resolve(shoppers.EVERYONE, mine)
    assert everyone is not None
    results.sameness(mine, DEFAULT, everyone)
    results.against_history(mine, DEFAULT, who, curves.curve(mine, DEFAULT).items[:2, who.rows])
    product_texts.product_texts(mine, mine.model.items)
    products.item_id(mine, int(mine.model.items[0]))
    job = work.fronts(mine).get("key", "front", lambda report: len(mine.users))
    job.wait(30)
    assert job.result == len(mine.users)
    return mine


def gone(ref: "weakref.ref[Bench]") -> bool:
    gc.unfreeze()
    gc.collect()
    return ref() is None


def test_no_cache_keeps_a_bench(bench: Bench) -> None:
    ref = weakref.ref(used(bench))  # not within the assertion, which keeps what it compares
    assert gone(ref)


def test_a_closed_bench_lets_go_of_its_shop_although_a_session_still_holds_it(bench: Bench) -> None:
    held = used(bench)
    twin = held.on_day(held.today)
    data, vectors = weakref.ref(held.history), weakref.ref(held.vectors("text"))
    assert held.history is not held.data
    held.close()
    del twin
    gc.collect()
    assert data() is None and vectors() is None
    for use in (lambda: held.users, lambda: held.evidence("all"), lambda: held.methods, lambda: held.row("a")):
        with pytest.raises(BenchClosed):
            use()


def test_a_job_on_a_closed_bench_ends_as_one_that_was_cancelled(bench: Bench) -> None:
    mine = Bench(bench.data, bench.model, bench.card)
    mine.close()
    job = jobs.Job("count", lambda report: len(mine.users))
    job.wait(30)
    assert job.problem == "cancelled"


def test_a_page_that_meets_a_closed_bench_is_drawn_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Bench(bench.data, bench.model, bench.card)
    works = [ready(closed), ready(bench)]
    closed.close()
    asked: list[object] = []

    def preparation_now() -> object:
        asked.append(None)
        return works[0] if len(works) == 1 else works.pop(0)

    monkeypatch.setattr("ui.background.preparation.preparation", preparation_now)
    app = open_page()
    assert not app.error and len(asked) > 1
    assert app.title[0].value == table()["overview.title"]["en"]


def test_a_finished_job_keeps_nothing_of_its_work(bench: Bench) -> None:
    mine = Bench(bench.data, bench.model, bench.card)
    ref = weakref.ref(mine)
    job = jobs.Job("count", lambda report, mine=mine: len(mine.users))
    job.wait(30)
    del mine
    assert job.result and gone(ref)


def test_a_finished_training_keeps_no_shop(
    shop: tuple[Dataset, Path], bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelJob, "_make", lambda self, roster, report: None)
    mine = Bench(bench.data, bench.model, bench.card)
    ref = weakref.ref(mine)
    until = bench.card["until"]
    job = ModelJob(Roster("journey", shop[1], bench.data, until, {"blend": bench.card}, "blend", mine), "blend")
    job.wait(30)
    del mine
    assert job.problem is None and gone(ref)


def test_what_is_settled_is_left_alone_by_the_collector() -> None:
    memory.freeze_memory()
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    kept = [[number] for number in range(1000)]
    memory.freeze_memory()
    assert gc.get_freeze_count() >= frozen + len(kept) - 500
    gc.unfreeze()

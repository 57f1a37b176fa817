"""Why a product is relevant: what is told is what the log, the model and the texts say."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.data import default_cutoff
from engine.encoders.text import item_texts
from engine.explain.relevance import NEAREST, PastItem, relevance_reasons
from engine.recommend import Popularity
from tests.fixtures import shops

ROW = 4


@pytest.fixture
def two(bench: Bench) -> tuple[int, int]:
    """The first product of a shopper's list that the shopper had, and the first that they never had."""
    listed, had = bench.candidates("for_you", 200).items[ROW], set(bench.purchased_items(ROW).tolist())
    return next(i for i in listed if i in had), next(i for i in listed if i not in had)


def test_the_past_is_the_log(bench: Bench, two: tuple[int, int]) -> None:
    lines = bench.history.positives()
    mine = lines[lines["user"] == bench.users[ROW]]
    for item in two:
        found = relevance_reasons(bench, "for_you", ROW, item)
        of_it = mine[mine["item"] == item]
        assert found.past.item == item and found.past.times == len(of_it)
        if len(of_it):
            assert found.past.days == (default_cutoff(bench.data) - of_it["timestamp"].max()).days
        else:
            assert found.past.days is None
        for near in found.nearest:
            assert near.past.times == (mine["item"] == near.past.item).sum() > 0


@pytest.mark.parametrize(("surface", "scope"), [("for_you", "all"), ("new", "new")])
def test_the_terms_are_the_models_and_sum_to_the_score(
    bench: Bench, two: tuple[int, int], surface: str, scope: str
) -> None:
    scores = bench.model.score(bench.users[[ROW]], scope)[0]  # type: ignore[arg-type]
    for item in two:
        terms = relevance_reasons(bench, surface, ROW, item).terms
        assert terms is not None
        at = int(np.flatnonzero(bench.model.items == item)[0])
        assert sum(value for _, value in terms) == pytest.approx(scores[at] - scores.mean(), abs=1e-4)
        assert [value for _, value in terms] == sorted((value for _, value in terms), reverse=True)


def test_the_nearest_are_the_likest_texts_of_what_she_bought(bench: Bench, two: tuple[int, int]) -> None:
    unit = bench.vectors("text").astype(np.float64)
    for item in two:
        found = relevance_reasons(bench, "for_you", ROW, item).nearest
        others = np.setdiff1d(bench.purchased_items(ROW), [item])
        best = np.sort(unit[others] @ unit[item])[::-1][:NEAREST]
        np.testing.assert_allclose([near.similarity for near in found], best[best > 0], atol=1e-5)
        assert item not in [near.past.item for near in found]


def test_a_model_that_names_neighbours_and_words_is_asked(bench: Bench, two: tuple[int, int]) -> None:
    item, past = two[0], np.unique(bench.purchased_items(ROW))[:2]
    asked = Bench(bench.data, bench.model, bench.card)
    asked._once = bench._once
    asked.model = SimpleNamespace(  # type: ignore[assignment]
        items=bench.model.items,
        nearest=lambda users, items, k: SimpleNamespace(items=np.append(past, -1)[None, None]),
        words=lambda data, user, item: [("milk", 0.5)],
    )
    found = relevance_reasons(asked, "for_you", ROW, item)
    assert [near.past.item for near in found.nearest] == past.tolist()
    assert found.words == (("milk", 0.5),) and found.terms is None

    def broken(*_: object) -> None:
        raise ValueError("another encoder")

    asked.model.words = asked.model.explain = broken  # type: ignore[attr-defined]
    assert relevance_reasons(asked, "for_you", ROW, item).words is None
    assert relevance_reasons(asked, "for_you", ROW, item).terms is None


def test_a_product_that_the_model_cannot_score_has_no_terms() -> None:
    shop = shops.synthetic()
    bench = Bench(shop, Popularity().fit(shop), {"until": None})
    assert 79 not in bench.model.items  # item 080 is new
    found = relevance_reasons(bench, "for_you", ROW, 79)
    assert found.terms == () and found.words is None and found.past == PastItem(79, 0, None)


def test_without_a_log_words_alone_are_known() -> None:
    bench = CatalogueBench(shops.catalogue())
    item, search = 3, bench.ask("a green lamp")
    assert search is not None
    encoder, unit = bench._encoder, bench.vectors("text")
    text = item_texts(bench.data.items.iloc[[item]])[0]
    query = encoder.encode(["a green lamp"])[0]
    for row, vector in ((0, unit[bench.users[0]]), (search, query)):
        found = relevance_reasons(bench, "similar", row, item)
        assert found.terms is None and found.nearest == () and found.past.times == 0
        assert found.words
        word, value = found.words[0]
        without = encoder.encode([text.replace(word, "", 1)])[0]
        assert value == pytest.approx(float((unit[item] - without) @ vector), abs=1e-4)

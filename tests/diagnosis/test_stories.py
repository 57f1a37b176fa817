"""Stories: their figures are those of `measure`, their subjects the extremes by brute force, and bare shops say why."""

from collections.abc import Callable
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest

from engine.bench.bench import Bench, scope_of
from engine.bench.context import PRODUCTS, SHOPPERS
from engine.bench.measures import measure
from engine.bench.scores import shares_of
from engine.diagnosis.stories import Story, StoryStep, stories
from engine.diagnosis.stories.alike import _most_alike, alike
from engine.diagnosis.stories.bubble import NARROW, bubble
from engine.diagnosis.stories.figures import fewer_shared
from engine.diagnosis.stories.story import KEPT
from engine.evaluation.curve import Curve, trade_off
from engine.metrics import discounted_kept
from engine.slates.make import make_slates
from engine.strategy.strategy import DEFAULT

K = DEFAULT.k


@pytest.fixture(scope="module")
def curves(bench: Bench) -> dict[str, Curve]:
    return {surface: trade_off(bench, DEFAULT.at(surface=surface)) for surface in bench.surfaces}


@pytest.fixture(scope="module")
def groups(bench: Bench) -> dict[str, np.ndarray]:
    rows = np.arange(len(bench.users))
    return {"first": rows[:20], "odd": rows[1::2], "alone": rows[:1]}


@pytest.fixture(scope="module")
def told(bench: Bench, curves: dict[str, Curve], groups: dict[str, np.ndarray]) -> dict[str, Story]:
    return {story.name: story for story in stories(bench, DEFAULT, curves, groups)}


def rows_of(bench: Bench, step: StoryStep, groups: dict[str, np.ndarray]) -> np.ndarray:
    shopper = step.settings.get("shopper", "all")
    if shopper == "all":
        return np.arange(len(bench.users))
    return groups[shopper] if shopper in groups else np.array([bench.row(shopper)])


def oracle(bench: Bench, step: StoryStep, key: str, diversity: float, groups: dict[str, np.ndarray]) -> float:
    """A figure of the lists that a step's page shows, straight from `measure`."""
    rows = rows_of(bench, step, groups)
    strategy = DEFAULT.at(surface=step.settings["surface"])
    scope = scope_of(strategy.surface)
    now, base = (make_slates(bench, strategy.at(diversity=level), rows).items for level in (diversity, 0.0))
    if key == "score_kept":
        return float(discounted_kept(*(shares_of(bench, strategy, items, rows) for items in (now, base)))[0])
    evidence = bench.evidence(scope).of(rows)
    if key == "ndcg_kept":
        after, before = (measure(items, evidence, ["ndcg"]).value("ndcg")[0] for items in (now, base))
        return after / before
    return measure(now, evidence, [key]).value(key)[0]


def test_the_small_shop_has_all_three(told: dict[str, Story]) -> None:
    assert {name: story.reason for name, story in told.items()} == {"alike": "", "free": "", "bubble": ""}
    assert all(len(story.steps) == 4 for story in told.values())


def test_every_figure_is_measured_of_the_lists_that_its_page_shows(
    bench: Bench, told: dict[str, Story], groups: dict[str, np.ndarray]
) -> None:
    checked = 0
    for story in told.values():
        for step in story.steps:
            for name, figure in step.figures.items():
                if figure.measure in ("count", "diversity") or name == "own":
                    continue
                level = 0.0 if name == "before" else step.settings["diversity"]
                expected = oracle(bench, step, figure.measure, level, groups)
                assert figure.value == pytest.approx(expected, rel=1e-9), (story.name, step.sentence, name)
                checked += 1
    assert checked >= 14


def test_two_shoppers_share_what_counting_every_pair_says(
    bench: Bench, curves: dict[str, Curve], told: dict[str, Story]
) -> None:
    """Oracle: sets, pair by pair; and the surface told of is the one where it is most."""

    def shared(items: np.ndarray) -> float:
        lists = [set(row[row >= 0].tolist()) for row in items]
        return float(np.mean([len(a & b) for a, b in combinations(lists, 2)]))

    found = {surface: shared(curve.items[0]) for surface, curve in curves.items()}
    step = told["alike"].steps[0]
    assert step.settings["surface"] == max(found, key=found.__getitem__)
    assert step.figures["shared"].value == pytest.approx(max(found.values()))
    items = curves[step.settings["surface"]].items[0]
    unseen = set(bench.model.items.tolist()) - set(items[items >= 0].tolist())
    assert told["alike"].steps[2].figures["unseen"].value == len(unseen)


def test_the_group_told_of_is_the_one_that_shares_most(
    curves: dict[str, Curve], told: dict[str, Story], groups: dict[str, np.ndarray]
) -> None:
    step = told["alike"].steps[3]
    lists = curves[step.settings["surface"]].items[0]
    shared = {
        name: np.mean([len(set(lists[a]) & set(lists[b])) for a, b in combinations(rows, 2)])
        for name, rows in groups.items()
        if len(rows) > 1
    }
    assert step.settings["shopper"] == max(shared, key=shared.__getitem__)


def test_the_shopper_who_is_freed_loses_most_pairs_of_those_who_keep_their_relevance(
    bench: Bench, told: dict[str, Story], groups: dict[str, np.ndarray]
) -> None:
    before, after = told["free"].steps[:2]
    lost = before.figures["pairs"].value - after.figures["pairs"].value
    assert after.figures["kept"].value >= KEPT and lost >= 1
    strategy = DEFAULT.at(surface=after.settings["surface"])
    evidence = bench.evidence(scope_of(strategy.surface))
    lists = [make_slates(bench, strategy.at(diversity=level)).items for level in (0.0, after.settings["diversity"])]
    pairs = [measure(items, evidence, ["look_alike_pairs"]).per_user["look_alike_pairs"] for items in lists]
    kept = discounted_kept(*(shares_of(bench, strategy, items) for items in reversed(lists)))
    assert lost == np.nanmax(np.where(kept >= KEPT, pairs[0] - pairs[1], -1))
    gone = told["free"].steps[2].figures["gone"].value
    row = bench.row(after.settings["shopper"])
    assert gone == len(set(lists[0][row]) - set(lists[1][row]))


def test_the_bubble_is_the_narrowest_list_and_its_own_breadth_is_that_of_random_purchases(
    bench: Bench, told: dict[str, Story]
) -> None:
    """Oracle: draw k of the shopper's products again and again, and count categories."""
    step = told["bubble"].steps[0]
    row = bench.row(step.settings["shopper"])
    codes = bench.history.codes("category")[0]
    had = np.unique(bench.purchased_items(row))
    had = had[codes[had] >= 0]
    rng = np.random.default_rng(0)
    drawn = [len(np.unique(codes[rng.choice(had, K, replace=False)])) for _ in range(3000)]
    kinds, own = (step.figures[name].value for name in ("kinds", "own"))
    assert own == pytest.approx(np.mean(drawn), abs=0.15)
    assert kinds <= NARROW * own
    assert told["bubble"].steps[1].figures["after"].value > kinds
    assert told["bubble"].steps[2].figures["kept"].value >= KEPT


def test_the_same_data_tell_the_same_stories(
    bench: Bench, curves: dict[str, Curve], groups: dict[str, np.ndarray], told: dict[str, Story]
) -> None:
    assert {story.name: story for story in stories(bench, DEFAULT, curves, groups)} == told


# Shops without a story say so, with the figure that shows why.


def altered(curve: Curve, key: str, change: Callable[[np.ndarray, int], np.ndarray]) -> Curve:
    """A curve with one per-shopper figure changed at every λ."""
    measured = []
    for place, entry in enumerate(curve.measured):
        figures = dict(entry.per_user)
        figures[key] = change(figures[key], place)
        measured.append(type(entry)(figures, entry.whole, entry.lists))
    return Curve(curve.diversities, curve.items, tuple(measured))


def test_lists_that_share_nothing_have_no_story_of_sameness(bench: Bench) -> None:
    strangers = bench.data.n_items // K
    apart = np.arange(strangers * K).reshape(strangers, K)
    lists = np.stack([apart, apart])
    evidence = bench.evidence("new").of(np.arange(strangers))
    curve = Curve((0.0, 0.5), lists, tuple(measure(items, evidence) for items in lists))
    story = alike(bench, DEFAULT, {"new": curve}, {})
    assert (story.steps, story.reason) == ((), "no_overlap")
    assert story.figures["shared"].value == 0


def test_a_small_catalogue_shares_by_chance_and_that_is_no_story(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed form: k of n products drawn at random share k²/n on average; that much is nobody's doing."""
    eligible = 2 * K
    by_chance = K * K / eligible
    apart = np.arange(2 * K).reshape(2, K)
    curve = SimpleNamespace(
        values=lambda key: np.array([1.5 * by_chance] if key == "shared_products" else [0.5]), items=[apart]
    )
    evidence = SimpleNamespace(n_eligible=eligible, future=None, spending=None, facets={}, has_history=True)
    bare = SimpleNamespace(context=SHOPPERS, evidence=lambda _: evidence)
    monkeypatch.setattr("engine.diagnosis.stories.find.free", lambda *_: Story("free"))
    monkeypatch.setattr("engine.diagnosis.stories.find.bubble", lambda *_: Story("bubble"))
    assert stories(bare, DEFAULT, {"new": curve}, {})[0].reason == "no_overlap"  # type: ignore[arg-type, dict-item]


def test_without_later_purchases_nothing_is_called_free(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    curves = {surface: trade_off(blind, DEFAULT.at(surface=surface), (0.0, 0.3)) for surface in blind.surfaces}
    alike, free, bubble = stories(blind, DEFAULT, curves, {})
    assert free.reason == "not_judged"
    assert alike.steps[-1].sentence == "group_unjudged" and alike.steps[-1].settings["shopper"] == "all"
    assert bubble.steps or bubble.reason


def test_a_group_that_diversity_does_not_help_is_told_so(
    bench: Bench, curves: dict[str, Curve], monkeypatch: pytest.MonkeyPatch
) -> None:
    """λ 0 leaves the lists as they are: nothing is taken from anything."""
    monkeypatch.setattr("engine.diagnosis.stories.alike.recommended_on_curve", lambda _: None)
    surface, curve = next(iter(curves.items()))
    step = _most_alike(bench, DEFAULT.at(surface=surface, diversity=0.0), curve, {})
    assert step.figures["after"].value == step.figures["before"].value and step.sentence == "group_stays"


def test_where_every_lambda_costs_nothing_is_free(bench: Bench, curves: dict[str, Curve]) -> None:
    dear = {
        s: altered(c, "ndcg", lambda ndcg, place: np.full_like(ndcg, 0.5 if place else 1)) for s, c in curves.items()
    }
    free = stories(bench, DEFAULT, dear, {})[1]
    assert free.reason == "no_room"
    assert free.figures["kept"].value == pytest.approx(0.5)
    assert free.figures["first"].value == 0.05


def test_variety_that_does_not_grow_is_no_story(bench: Bench, curves: dict[str, Curve]) -> None:
    key = curves["new"].key("facet_count")
    assert key
    flat = {s: altered(c, key, lambda kinds, place: np.full_like(kinds, 5)) for s, c in curves.items()}
    free = stories(bench, DEFAULT, flat, {})[1]
    assert free.reason == "no_gain"
    assert free.figures["before"].value == free.figures["after"].value == 5


def test_lists_without_look_alikes_have_none_to_lose(bench: Bench, curves: dict[str, Curve]) -> None:
    clean = {s: altered(c, "look_alike_pairs", lambda pairs, place: np.zeros_like(pairs)) for s, c in curves.items()}
    assert stories(bench, DEFAULT, clean, {})[1].reason == "no_pairs"


def test_broad_lists_are_no_bubble(bench: Bench, curves: dict[str, Curve]) -> None:
    """Lists that hold a product of k categories each: nobody's purchases are twice as broad."""
    codes = bench.history.codes("category")[0]
    first = [int(np.flatnonzero(codes == value)[0]) for value in range(K)]
    broad = {
        s: Curve(c.diversities, np.tile(first, (len(c.diversities), len(bench.users), 1)), c.measured)
        for s, c in curves.items()
    }
    story = bubble(bench, DEFAULT, broad)
    assert story.reason == "wide"
    assert story.figures["ratio"].value > NARROW


def test_short_histories_are_not_compared(
    bench: Bench, curves: dict[str, Curve], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.diagnosis.stories.bubble.HISTORY", 10_000)
    story = bubble(bench, DEFAULT, curves)
    assert (story.reason, story.figures["least"].value) == ("short", 10_000 * K)


def test_a_catalogue_alone_has_no_shoppers_to_tell_of() -> None:
    catalogue = SimpleNamespace(context=PRODUCTS)
    assert [story.reason for story in stories(catalogue, DEFAULT, {}, {})] == ["no_shoppers"] * 3  # type: ignore[arg-type]


def test_every_figure_of_several_shoppers_has_its_interval_and_count(
    bench: Bench, told: dict[str, Story], groups: dict[str, np.ndarray]
) -> None:
    """And what is kept is judged for the group shown: those of it who bought something later."""
    checked = 0
    for story in told.values():
        for step in story.steps:
            for name, figure in step.figures.items():
                if figure.measure in ("count", "diversity") or figure.one or name == "own" or step.page == "map":
                    continue
                assert figure.n > 1 and figure.low <= figure.value <= figure.high, (story.name, step.sentence, name)
                checked += 1
    assert checked >= 8
    step = told["alike"].steps[3]
    rows, evidence = rows_of(bench, step, groups), bench.evidence(scope_of(step.settings["surface"]))
    bought = np.asarray(evidence.relevant[rows].sum(axis=1)).ravel() > 0
    assert step.figures["kept"].n == bought.sum() and step.figures["n"].value == len(rows)


def test_a_group_shares_fewer_only_where_chance_is_ruled_out() -> None:
    same = np.tile(np.arange(K), (40, 1))
    apart = np.arange(40 * K).reshape(40, K)
    assert fewer_shared(same, apart) and not fewer_shared(same, same)
    assert not fewer_shared(apart, same)

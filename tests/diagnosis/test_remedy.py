"""The remedy of the story that everyone sees the same: its figures, and the pair that it proposes."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.diagnosis.stories import Story, StoryStep, with_remedy
from engine.diagnosis.stories import remedy as module
from engine.diagnosis.stories.remedy import SMALL, STEPS, UNJUDGED, propose
from engine.metrics import Estimate, shared_products
from engine.slates.make import make_slates
from engine.strategy.strategy import DEFAULT

STORY = Story("alike", (StoryStep("overview", {"surface": "new"}, "overlap", {}),))
NEW = DEFAULT.at(surface="new")


@pytest.fixture(scope="module")
def whole(bench: Bench) -> Story:
    return with_remedy(bench, DEFAULT, STORY)


def ndcg_kept(bench: Bench, diversity: float, spread: float) -> float:
    """Mean nDCG ÷ that of relevance alone, straight from the lists."""
    evidence = bench.evidence(scope_of("new"))
    now, base = (
        measure(make_slates(bench, NEW.at(diversity=level, spread=sigma)).items, evidence, ["ndcg"]).value("ndcg")[0]
        for level, sigma in ((diversity, spread), (0.0, 0.0))
    )
    return float(now / base)


def advice(pair: tuple[float, float], hoped: tuple[float, float]) -> SimpleNamespace:
    likely, then = Estimate(1.0, 0.97, 1.02), {"shared_products": 0.5}
    return SimpleNamespace(
        pair=pair, hoped=hoped, kept=Estimate(1.01, 0.995, 1.03), n_users=55, likely=likely, then=then
    )


@pytest.mark.parametrize(
    ("advised", "expected"),
    [
        (advice((0.3, 0.1), (0.4, 0.4)), (0.3, 0.1, "remedy_more")),
        (advice((0.3, 0.1), (0.4, 0.1)), (0.3, 0.1, "remedy")),
        (advice((0.3, 0.0), (0.4, 0.4)), (0.4, 0.4, "remedy_likely")),
        (advice((0.3, 0.0), (0.5, 0.0)), (0.3, SMALL, "remedy_costly")),
        (None, (DEFAULT.diversity, UNJUDGED, "remedy_unjudged")),
    ],
)
def test_what_is_surely_kept_comes_before_what_is_likely(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, advised: SimpleNamespace | None, expected: tuple[float, float, str]
) -> None:
    monkeypatch.setattr(module, "advised_pair", lambda *_: advised)
    assert propose(bench, NEW)[:3] == expected
    story = with_remedy(bench, DEFAULT, STORY)
    compare, light = story.steps[-STEPS:]
    assert compare.sentence == expected[2]
    for step in (compare, light):
        assert (step.settings["diversity"], step.settings["spread"]) == expected[:2]
    kept = compare.figures["kept"]
    assert ("likely_spread" in compare.figures) == (expected[2] == "remedy_more")
    if expected[2] in ("remedy", "remedy_more"):
        assert (kept.value, kept.low, kept.high, kept.n) == (1.01, 0.995, 1.03, 55), "judged by who did not choose"
    else:
        assert kept.value == pytest.approx(ndcg_kept(bench, *expected[:2]))


def test_every_figure_is_that_of_the_lists_that_its_page_shows(bench: Bench, whole: Story) -> None:
    compare, light = whole.steps[1:]
    assert (compare.page, light.page) == ("compare", "map")
    pair = {name: light.settings[name] for name in ("diversity", "spread")}
    assert pair == {name: compare.settings[name] for name in pair} and pair["spread"] > 0
    assert compare.settings["from_diversity"] == 0.0
    before, after = (make_slates(bench, NEW.at(**each)).items for each in ({"diversity": 0.0}, pair))
    figures = compare.figures | light.figures
    assert figures["before"].value == pytest.approx(shared_products(before))
    assert figures["after"].value == pytest.approx(shared_products(after))
    remedy = propose(bench, NEW)
    kept = ndcg_kept(bench, **pair) if remedy.kept is None else remedy.kept.value
    assert figures["kept"].value == pytest.approx(kept)
    eligible = set(bench.model.items.tolist())
    for lists, reach, unseen in ((before, "reach_before", "unseen_before"), (after, "reach", "unseen")):
        shown = set(lists.ravel().tolist()) - {-1}
        assert figures[reach].value == pytest.approx(len(shown) / len(eligible))
        assert figures[unseen].value == len(eligible - shown)
    assert all(figures[name].low <= figures[name].value <= figures[name].high for name in ("after", "kept", "reach"))


def test_where_nothing_can_be_judged_the_cost_is_not_known(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    step = with_remedy(blind, DEFAULT, STORY).steps[1]
    assert step.sentence == "remedy_unjudged" and np.isnan(step.figures["kept"].value)
    assert (step.settings["diversity"], step.settings["spread"]) == (DEFAULT.diversity, UNJUDGED)


def test_a_story_that_is_not_told_has_no_remedy(bench: Bench) -> None:
    none = Story("alike", reason="no_overlap")
    assert with_remedy(bench, DEFAULT, none) is none

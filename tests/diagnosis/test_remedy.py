"""The remedy of the story that everyone sees the same: its figures, and the pair that it proposes, by brute force."""

import numpy as np
import pytest

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.diagnosis.stories import Story, StoryStep, with_remedy
from engine.diagnosis.stories import remedy as module
from engine.diagnosis.stories.remedy import SPREADS, UNJUDGED, proposed_pair
from engine.evaluation.recommended import recommended
from engine.metrics import shared_products
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


def test_the_pair_is_the_largest_spread_that_keeps_the_floor(bench: Bench) -> None:
    level = recommended(bench, NEW)
    assert level is not None
    kept = {spread: ndcg_kept(bench, level.diversity, spread) for spread in SPREADS}
    wide_enough = [spread for spread in SPREADS if kept[spread] >= 0.99]
    assert proposed_pair(bench, NEW) == (level.diversity, max(wide_enough, default=min(SPREADS)))


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
    assert figures["kept"].value == pytest.approx(ndcg_kept(bench, **pair))
    eligible = set(bench.model.items.tolist())
    for lists, reach, unseen in ((before, "reach_before", "unseen_before"), (after, "reach", "unseen")):
        shown = set(lists.ravel().tolist()) - {-1}
        assert figures[reach].value == pytest.approx(len(shown) / len(eligible))
        assert figures[unseen].value == len(eligible - shown)
    assert all(figures[name].low <= figures[name].value <= figures[name].high for name in ("after", "kept", "reach"))


def test_spread_that_costs_too_much_is_called_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_keeps", lambda curve: False)
    step = with_remedy(bench, DEFAULT, STORY).steps[1]
    assert step.sentence == "remedy_costly" and step.settings["spread"] == min(SPREADS)


def test_where_nothing_can_be_judged_the_cost_is_not_known(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    step = with_remedy(blind, DEFAULT, STORY).steps[1]
    assert step.sentence == "remedy_unjudged" and np.isnan(step.figures["kept"].value)
    assert (step.settings["diversity"], step.settings["spread"]) == (DEFAULT.diversity, UNJUDGED)


def test_a_story_that_is_not_told_has_no_remedy(bench: Bench) -> None:
    none = Story("alike", reason="no_overlap")
    assert with_remedy(bench, DEFAULT, none) is none

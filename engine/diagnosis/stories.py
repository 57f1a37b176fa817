"""Stories to present: what is worth showing in this shop, found in its data, or the figure that says why there is none.

Stories are told of the strategy given, so that everyone who opens one sees the same. Every figure is one of
`measures`, of the lists that the linked page shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of, measure
from engine.bench.scores import shares_of
from engine.diagnosis.audience import EVERYONE, option_of
from engine.diagnosis.story_figures import Told, fewer_shared, kept_of, mean_of, of_all
from engine.evaluation.curve import Curve, trade_off
from engine.evaluation.recommended import room
from engine.metrics import discounted_kept, shared_products
from engine.strategy.strategy import Strategy

Array = np.ndarray
Name = Literal["alike", "free", "bubble"]

ALIKE = 0.1  # of the slots of any two shoppers: from there on one place in ten is the same for everybody
CHANCE = 2  # times what lists drawn at random from the catalogue would share
GAIN = 0.02  # more kinds of product in a list: less is not seen
NARROW = 0.5  # of the kinds that as many products of her own history hold: half her breadth is a bubble
HISTORY = 2  # lists' worth of different products: a shorter history has no breadth to compare with
HERS = 0.9  # of her own relevance that a shopper shown keeps; a mean over all says little of one list


@dataclass(frozen=True)
class Step:
    """A page, the settings that show it (all others at their default), its sentence, and the figures in there."""

    page: str
    settings: dict[str, Any]
    sentence: str
    figures: dict[str, Told]


@dataclass(frozen=True)
class Story:
    """A chain of steps; without any, `reason` names the sentence that says why, and `figures` what stands in it."""

    name: Name
    steps: tuple[Step, ...] = ()
    reason: str = ""
    figures: dict[str, Told] = field(default_factory=dict)


def stories(
    bench: Bench, strategy: Strategy, curves: Mapping[str, Curve], groups: Mapping[str, Array]
) -> tuple[Story, ...]:
    """The three stories of a shop.

    curves: the trade-off of `strategy` on each surface, over all shoppers. groups: what a page calls a group of
    shoppers -> its rows of `bench.users`.
    """
    tellers: dict[Name, Callable[[], Story]] = {
        "alike": lambda: _alike(bench, strategy, curves, groups),
        "free": lambda: _free(bench, strategy, curves),
        "bubble": lambda: _bubble(bench, strategy, curves),
    }
    if bench.kind != "shoppers":
        return tuple(Story(name, reason="no_shoppers") for name in tellers)
    return tuple(tell() for tell in tellers.values())


def _alike(bench: Bench, strategy: Strategy, curves: Mapping[str, Curve], groups: Mapping[str, Array]) -> Story:
    """Everyone sees the same: the surface whose lists share most at λ = 0."""
    shared = {surface: curve.values("shared_products")[0] for surface, curve in curves.items()}
    surface = max(shared, key=lambda name: np.nan_to_num(shared[name], nan=-1))
    curve, k = curves[surface], strategy.k
    evidence = bench.evidence(scope_of(surface))
    eligible = evidence.n_eligible
    figures = {"shared": of_all("shared_products", curve.items[0], evidence), "k": Told("count", k)}
    if not shared[surface] >= max(ALIKE * k, CHANCE * k * k / eligible):
        return Story("alike", reason="no_overlap", figures=figures)
    unseen = round((1 - curve.values("coverage")[0]) * eligible)
    slow = mean_of("tail_share", measure(curve.items[0], evidence, ["tail_share"]).per_user["tail_share"])
    top = {"top": of_all("top_share", curve.items[0], evidence)}
    bare = {"surface": surface, "diversity": 0.0}
    return Story(
        "alike",
        (
            Step("overview", bare, "overlap", figures | top),
            Step("homogenization", bare, "slow", {"slow": slow}),
            Step(
                "map",
                bare | {"shopper": EVERYONE},
                "unseen",
                {"unseen": Told("count", unseen), "n": Told("count", eligible)},
            ),
            _most_alike(bench, strategy.at(surface=surface), curve, groups),
        ),
    )


def _most_alike(bench: Bench, strategy: Strategy, curve: Curve, groups: Mapping[str, Array]) -> Step:
    """The group whose shoppers share most, and what the λ recommended for all does to it."""
    lists = curve.items[0]
    rows = {name: rows for name, rows in groups.items() if len(rows) > 1} or {EVERYONE: np.arange(len(lists))}
    name = max(rows, key=lambda group: shared_products(lists[rows[group]]))
    group = trade_off(bench, strategy, curve.diversities, rows[name])
    best = room(curve) or strategy.diversity  # nothing to judge on, or no room: the λ that is proposed
    at = group.at(best)
    best = group.diversities[at]
    kept = kept_of(group, at)
    evidence = bench.evidence(scope_of(strategy.surface))
    shared = [of_all("shared_products", group.items[place], evidence) for place in (0, at)]
    figures = {
        "before": shared[0],
        "after": shared[1],
        "best": Told("diversity", best),
        "kept": kept,
        "n": Told("count", len(rows[name])),
    }
    settings = {"surface": strategy.surface, "shopper": name, "diversity": best}
    fewer = fewer_shared(group.items[0], group.items[at])
    sentence = "group_unjudged" if not np.isfinite(kept.value) else "group" if fewer else "group_stays"
    return Step("tune", settings, sentence, figures)


def _free(bench: Bench, strategy: Strategy, curves: Mapping[str, Curve]) -> Story:
    """Variety almost for free: the surface that gains most kinds of product while nDCG is kept."""
    rooms = {surface: found for surface, curve in curves.items() if (found := room(curve)) is not None}
    if not rooms:
        return Story("free", reason="not_judged")
    if not any(rooms.values()):
        surface = max(rooms, key=lambda name: curves[name].values("ndcg_kept")[1])
        first = Told("diversity", curves[surface].diversities[1])
        return Story("free", reason="no_room", figures={"kept": kept_of(curves[surface], 1), "first": first})
    gains = {surface: _gain(curves[surface], best) for surface, best in rooms.items()}
    surface = max(gains, key=gains.__getitem__)
    curve, best = curves[surface], rooms[surface]
    at, key = curve.at(best), _variety(curve)
    figures = {
        "before": mean_of(key, curve.measured[0].per_user[key]),
        "after": mean_of(key, curve.measured[at].per_user[key]),
        "kept": kept_of(curve, at),
        "best": Told("diversity", best),
    }
    if not gains[surface] >= GAIN:
        return Story("free", reason="no_gain", figures=figures)
    row = _most_freed(bench, strategy.at(surface=surface), curve, at)
    if row is None:
        return Story("free", reason="no_pairs", figures=figures)
    return Story("free", _freed(bench, strategy.at(surface=surface), best, row, figures))


def _variety(curve: Curve) -> str:
    return curve.key("facet_count") or "ild"


def _gain(curve: Curve, best: float) -> float:
    """How much variety rises up to a λ, as a share of that at λ = 0."""
    values = curve.values(_variety(curve))
    return float(values[curve.at(best)] / values[0] - 1) if values[0] > 0 else 0.0


def _most_freed(bench: Bench, strategy: Strategy, curve: Curve, at: int) -> int | None:
    """The row whose list loses most look-alike pairs, of those that keep HERS of their relevance; None if none does."""
    before, after = (curve.measured[place].per_user["look_alike_pairs"] for place in (0, at))
    shares = [shares_of(bench, strategy, curve.items[place]) for place in (0, at)]
    lost = np.where(discounted_kept(shares[1], shares[0]) >= HERS, np.nan_to_num(before - after), 0)
    row = int(lost.argmax())
    return row if lost[row] >= 1 else None


def _freed(bench: Bench, strategy: Strategy, best: float, row: int, figures: dict[str, Told]) -> tuple[Step, ...]:
    hers = trade_off(bench, strategy, (0.0, best), np.array([row]))
    pairs = hers.values("look_alike_pairs")
    place = {"surface": strategy.surface, "shopper": _id(bench, row)}
    possible = strategy.k * (strategy.k - 1) // 2
    first = {"pairs": Told("look_alike_pairs", pairs[0], one=True), "possible": Told("count", possible)}
    second = {
        "pairs": Told("look_alike_pairs", pairs[1], one=True),
        "kept": Told("score_kept", hers.values("score_kept")[1], one=True),
        "best": Told("diversity", best),
    }
    everyone = "everyone" if figures["before"].measure.startswith("facet_count") else "everyone_text"
    return (
        Step("tune", place | {"diversity": 0.0}, "pairs", first),
        Step("tune", place | {"diversity": best}, "freed", second),
        Step("compare", place | _against(strategy, best), "replaced", _replaced(hers, strategy.k, best)),
        Step("tune", {"surface": strategy.surface, "shopper": EVERYONE, "diversity": best}, everyone, figures),
    )


def _bubble(bench: Bench, strategy: Strategy, curves: Mapping[str, Curve]) -> Story:
    """The bubble: the shopper whose list at λ = 0 is narrowest against her own history."""
    evidence = bench.evidence("all")
    key, kinds = key_of("facet_narrowing", evidence), key_of("facet_count", evidence)
    if key is None or kinds is None:
        return Story("bubble", reason="no_facet")
    least = HISTORY * strategy.k
    long = np.diff(evidence.owned[evidence.users].indptr) >= least
    ratios = {
        surface: np.where(long, measure(curve.items[0], evidence, [key]).per_user[key], np.nan)
        for surface, curve in curves.items()
    }
    ratios = {surface: values for surface, values in ratios.items() if np.isfinite(values).any()}
    if not ratios:
        return Story("bubble", reason="short", figures={"least": Told("count", least)})
    surface = min(ratios, key=lambda name: np.nanmin(ratios[name]))
    row = int(np.nanargmin(ratios[surface]))
    ratio = float(ratios[surface][row])
    if not ratio <= NARROW:
        return Story("bubble", reason="wide", figures={"ratio": Told("share", ratio)})
    hers = trade_off(bench, strategy.at(surface=surface), curves[surface].diversities, np.array([row]))
    out = _way_out(hers)
    if not hers.values(kinds)[out] > hers.values(kinds)[0]:
        return Story("bubble", reason="stuck", figures={"ratio": Told("share", ratio)})
    return Story("bubble", _burst(bench, strategy.at(surface=surface), hers, out, row, kinds, ratio))


def _way_out(hers: Curve) -> int:
    """The place of the largest λ up to which she keeps HERS of her relevance."""
    short = np.flatnonzero(~(hers.values("score_kept") >= HERS))
    return int(short[0]) - 1 if len(short) else len(hers.diversities) - 1


def _burst(
    bench: Bench, strategy: Strategy, hers: Curve, out: int, row: int, kinds: str, ratio: float
) -> tuple[Step, ...]:
    best = hers.diversities[out]
    place = {"surface": strategy.surface, "shopper": _id(bench, row)}
    count = hers.values(kinds)
    first = {"kinds": Told(kinds, count[0], one=True), "own": Told(kinds, count[0] / ratio)}
    first["k"] = Told("count", strategy.k)
    second = {"before": Told(kinds, count[0], one=True), "after": Told(kinds, count[out], one=True)}
    kept = {"kept": Told("score_kept", hers.values("score_kept")[out], one=True), "best": Told("diversity", best)}
    spread = {"before": Told("ild", hers.values("ild")[0]), "after": Told("ild", hers.values("ild")[out])}
    return (
        Step("tune", place | {"diversity": 0.0}, "narrow", first),
        Step("compare", place | _against(strategy, best), "wider", second | {"best": Told("diversity", best)}),
        Step("tune", place | {"diversity": best}, "cost", kept),
        Step("map", place | {"diversity": best}, "footprint", spread),
    )


def _against(strategy: Strategy, best: float) -> dict[str, Any]:
    """Compare's settings: λ = 0 on the left, the λ found on the right."""
    return {"from_method": strategy.method, "from_diversity": 0.0, "method": strategy.method, "diversity": best}


def _replaced(hers: Curve, k: int, best: float) -> dict[str, Told]:
    old, new = hers.items[0][0], hers.items[1][0]
    gone = int((~np.isin(old[old >= 0], new)).sum())
    return {"gone": Told("count", gone), "k": Told("count", k), "best": Told("diversity", best)}


def _id(bench: Bench, row: int) -> str:
    """The option that stands for the shopper of a row."""
    return option_of(str(bench.history.users["user_id"].iat[bench.users[row]]))

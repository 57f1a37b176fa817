"""Limits, pins and lifts: closed forms, a brute force over all lists, and a plain greedy pass beside ours."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rerank import Lift, Limit, Pin, conflicting_rules, infeasible_pools, optimum, rerank, sweep
from engine.rerank.constraints.exact import best_list
from engine.rerank.constraints.rules import constraint_arrays

GREEDY = ("mmr", "msd", "dpp", "ssd", "cover", "xquad")
KINDS = np.array([0, 0, 0, 1, 1, 2, 2, 3])
VECTORS = np.eye(8, dtype=np.float32)
POOL = np.arange(8)[None]
FALLING = np.linspace(1, 0.3, 8, dtype=np.float32)[None]


def listed(k: int = 5, method: str = "mmr", diversity: float = 0.0, **rules: Any) -> list[int]:
    facets = {"kind": KINDS}
    weights = {"kind": 1.0} if method in ("xquad", "richness") else {"embedding": 1.0}
    made = rerank(FALLING, POOL, VECTORS, k, method, diversity, facets=facets, facet_weights=weights, **rules)
    return made.items[0].tolist()


@pytest.mark.parametrize("method", GREEDY)
@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"constraints": [Limit("kind", max=1)]}, [0, 3, 5, 7]),
        ({"constraints": [Limit("kind", max=1, window=2)]}, [0, 3, 1, 4]),
        ({"constraints": [Limit("kind", max=1, first=2)]}, [0, 3, 1, 2]),
        ({"constraints": [Limit("kind", max=0, value=0)]}, [3, 4, 5, 6]),
        ({"constraints": [Limit("kind", min=2, value=2)]}, [0, 1, 5, 6]),
        ({"constraints": [Limit("kind", min=1, value=[2, 3], first=2)]}, [0, 5, 1, 2]),
        ({"rules": [Pin(7, 1)]}, [7, 0, 1, 2]),
        ({"rules": [Pin(7, 2, 3)]}, [0, 1, 7, 2]),
        ({"rules": [Pin(7, 3)], "constraints": [Limit("kind", max=1)]}, [0, 3, 7, 5]),
        ({"rules": [Lift([7], 1.0)]}, [7, 0, 1, 2]),
        ({"rules": [Lift([0, 1], -1.0)]}, [2, 3, 4, 5]),
        ({"rules": [Lift(KINDS == 0, -np.inf)]}, [3, 4, 5, 6]),
    ],
)
def test_at_0_the_most_relevant_that_the_rules_allow(method: str, rules: dict[str, Any], expected: list[int]) -> None:
    assert listed(4, method, **rules) == expected


def test_a_pinned_item_joins_the_candidates_and_a_soft_pin_does_not() -> None:
    few = POOL[:, :6], FALLING[:, :6]
    for pin, expected in ((Pin(7, 2), [0, 7, 1]), (Pin(7, 2, soft=True), [0, 1, 2]), (Pin(5, 2, soft=True), [0, 5, 1])):
        made = rerank(few[1], few[0], VECTORS, 3, "mmr", 0.0, rules=[pin])
        assert made.items[0].tolist() == expected and not made.broken.any()


def test_what_no_list_can_keep_is_named_and_the_rest_kept() -> None:
    limits = [Limit("kind", max=1), Limit("kind", min=2, value=2), Limit("kind", max=0, value=3)]
    made = rerank(FALLING, POOL, VECTORS, 4, "mmr", 0.5, facets={"kind": KINDS}, constraints=limits,
                  facet_weights={"embedding": 1.0})  # fmt: skip
    assert (made.items >= 0).all() and made.broken[0].any() and not made.broken[0].all()
    kept = [check(made.items[0].tolist(), limit) for limit in limits]
    assert kept == (~made.broken[0]).tolist()


def check(items: list[int], rule: Limit | Pin, codes: np.ndarray = KINDS) -> bool:
    """Whether a list keeps a rule, by the words of its docstring."""
    if isinstance(rule, Pin):
        last = rule.last or rule.first
        return rule.item in items[rule.first - 1 : last]
    values = [int(codes[item]) for item in items[: rule.first or len(items)]]
    if rule.value is not None:
        values = [0 if value == rule.value else -1 for value in values]
    width = min(rule.window or len(values), len(values))
    windows = [values[at : at + width] for at in range(len(values) - width + 1)]
    often = max((window.count(value) for window in windows for value in set(window) - {-1}), default=0)
    return (rule.max is None or often <= rule.max) and values.count(0) >= (rule.min or 0)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    n, k = draw(st.integers(3, 6)), draw(st.integers(2, 4))
    codes = np.array(draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n)))
    limit = st.one_of(
        st.builds(Limit, st.just("f"), max=st.integers(0, 2), window=st.none() | st.integers(2, 4),
                  first=st.none() | st.integers(1, 4), value=st.none() | st.integers(0, 2)),
        st.builds(Limit, st.just("f"), min=st.integers(1, 2), value=st.integers(0, 2),
                  first=st.none() | st.integers(1, 4)),
    )  # fmt: skip
    pin = st.builds(lambda item, first, more: Pin(item, min(first, k), min(first + more, k)),
                    st.integers(0, n - 1), st.integers(1, 3), st.integers(0, 2))  # fmt: skip
    return {
        "n": n, "k": min(k, n), "codes": codes, "seed": draw(st.integers(0, 99)),
        "limits": draw(st.lists(limit, max_size=3)),
        "pins": [p for p in draw(st.lists(pin, max_size=2, unique_by=lambda p: p.item)) if p.first <= min(k, n)],
    }  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(cases(), st.sampled_from(GREEDY))
def test_every_list_that_can_keep_the_rules_keeps_them(case: dict[str, Any], method: str) -> None:
    rng = np.random.default_rng(case["seed"])
    n, k, codes, rules = case["n"], case["k"], case["codes"], [*case["limits"], *case["pins"]]
    vectors, scores = rng.standard_normal((n, 4)), rng.random((1, n))
    made = sweep(
        scores, np.arange(n)[None], vectors, k, method, [0, 0.4, 1], facets={"f": codes}, constraints=case["limits"],
        facet_weights={"f": 1.0} if method == "xquad" else {"embedding": 1.0}, rules=case["pins"],
    ) if method != "xquad" or (codes >= 0).any() else None  # fmt: skip
    if made is None:
        return
    can = any(all(check(list(items), rule, codes) for rule in rules) for items in permutations(range(n), k))
    lists = made.items[:, 0].tolist()
    assert all(len(set(items)) == k and min(items) >= 0 for items in lists)
    told = [[not check(items, rule, codes) for rule in rules] for items in lists]
    assert made.broken[:, 0].tolist() == told
    assert can == (not np.any(told))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_solver_exceeds_the_rules_least_and_then_takes_the_most_relevant(case: dict[str, Any]) -> None:
    n, k, codes = case["n"], case["k"], case["codes"]
    scores = np.random.default_rng(case["seed"]).random(n)
    limits = case["limits"]
    fences = constraint_arrays(limits, [], {"f": codes}, n, k)
    best = best_list(scores, fences.codes, np.zeros(0, int), fences, k)
    assert best is not None
    worth = (scores - scores.min()) / (np.ptp(scores) or 1)

    def value(items: tuple[int, ...]) -> float:
        return sum(worth[item] / np.log2(slot + 2) for slot, item in enumerate(items))

    kept = [items for items in permutations(range(n), k) if all(check(list(items), rule, codes) for rule in limits)]
    assert bool(kept) == (not best.excess.any())
    if kept:
        assert value(tuple(best.items)) == pytest.approx(max(map(value, kept)), rel=2e-3)


@pytest.mark.parametrize("diversity", [0.0, 0.3, 0.8])
def test_caps_are_a_plain_greedy_pass_that_skips_what_they_forbid(diversity: float) -> None:
    rng = np.random.default_rng(3)
    users, n, k = 20, 40, 8
    vectors = rng.standard_normal((n, 6))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    codes, scores = rng.integers(0, 9, n), rng.random((users, n))
    limits = [Limit("f", max=1, window=4), Limit("f", max=2)]
    made = rerank(scores, np.tile(np.arange(n), (users, 1)), vectors, k, "mmr", diversity, constraints=limits,
                  facets={"f": codes}, facet_weights={"embedding": 1.0})  # fmt: skip
    acted = 0
    for user in range(users):
        items: list[int] = []
        while len(items) < k:
            near = np.clip((vectors @ vectors[items].T).max(axis=1), 0, 1) if items else np.zeros(n)
            gain = (1 - diversity) * scores[user] - diversity * near
            gain = scores[user].copy() if not items else gain
            gain[items] = -np.inf
            wished = int(gain.argmax())
            taken = codes[items].tolist() if items else []
            for item in range(n):
                if codes[item] in taken[-3:] or taken.count(codes[item]) >= 2:
                    gain[item] = -np.inf
            slot = len(items)
            items.append(int(gain.argmax()))
            assert made.items[user, slot] == items[-1]
            assert made.instead[user, slot] == (-1 if wished == items[-1] else wished)
            acted += wished != items[-1]
            assert (made.rule[user, slot] >= 0) == (wished != items[-1])
    assert acted > users


def test_no_rules_change_nothing() -> None:
    rng = np.random.default_rng(1)
    scores, pool = rng.random((5, 8)).astype(np.float32), np.tile(np.arange(8), (5, 1))
    loose = {"facets": {"kind": KINDS}, "facet_weights": {"embedding": 1.0}, "constraints": [Limit("kind", max=8)]}
    for method in GREEDY[:-1]:
        plain = sweep(scores, pool, VECTORS, 5, method, [0, 0.5, 1])
        made = sweep(scores, pool, VECTORS, 5, method, [0, 0.5, 1], **loose)
        np.testing.assert_array_equal(made.items, plain.items)
        np.testing.assert_array_equal(made.gains, plain.gains)
        assert plain.broken.shape == (3, 5, 0) and (made.rule == -1).all()


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"constraints": [Limit("colour", max=1)]}, "no codes"),
        ({"constraints": [Limit("kind")]}, "max or min"),
        ({"constraints": [Limit("kind", min=1)]}, "needs a value"),
        ({"constraints": [Limit("kind", min=1, value=1, window=3)]}, "no window"),
        ({"constraints": [Limit("kind", max=-1)]}, "at least 0"),
        ({"constraints": [Limit("kind", max=1.5)]}, "whole number"),  # type: ignore[arg-type]
        ({"constraints": [Limit("kind", max=1, window=1)]}, "at least 2"),
        ({"constraints": ["kind"]}, "hold `Limit`s"),
        ({"rules": [Pin(8)]}, "row below 8"),
        ({"rules": [Pin(1, 6)]}, "list of 5"),
        ({"rules": [Pin(1, 3, 2)]}, "at least 3"),
        ({"rules": [Pin(1), Pin(1, 2)]}, "pinned twice"),
        ({"rules": [Pin(1), Lift([1], -np.inf)]}, "both pinned and hidden"),
        ({"rules": [Lift([9], 1)]}, "rows below 8"),
        ({"rules": [Lift([1], np.nan)]}, "a lift must be"),
        ({"rules": [1]}, "hold `Pin`s"),
        ({"rules": [Pin(1)], "method": "richness"}, "keeps no limits"),
    ],
)
def test_bad_rules_are_refused(rules: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        listed(5, **rules)


@settings(max_examples=40, deadline=None)
@given(cases(), st.sampled_from([0.0, 0.4, 1.0]))
def test_the_optimum_is_that_of_brute_force(case: dict[str, Any], diversity: float) -> None:
    n, k, codes, rules = case["n"], case["k"], case["codes"], [*case["limits"], *case["pins"]]
    rng = np.random.default_rng(case["seed"])
    scores, vectors = rng.random(n), rng.standard_normal((n, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = vectors @ vectors.T

    def value(items: Any) -> float:
        chosen = list(items)
        apart = (1 - alike)[np.ix_(chosen, chosen)].sum() / 2 - (1 - np.diag(alike))[chosen].sum() / 2
        return float((1 - diversity) * scores[chosen].sum() + diversity * apart)

    kept = [items for items in permutations(range(n), k) if all(check(list(items), rule, codes) for rule in rules)]
    best = optimum(scores, alike, np.arange(n), k, diversity, case["limits"], case["pins"], {"f": codes})
    assert (best is None) == (not kept)
    if best is not None:
        assert all(check(best.tolist(), rule, codes) for rule in rules)
        assert value(best) == pytest.approx(max(map(value, kept)), rel=2e-3)
        made = rerank(scores[None], np.arange(n)[None], vectors, k, "msd", diversity, constraints=case["limits"],
                      rules=case["pins"], facets={"f": codes}, facet_weights={"embedding": 1.0})  # fmt: skip
        assert value(made.items[0]) <= value(best) * (1 + 2e-3) + 1e-6


def test_room_is_what_a_limit_alone_needs() -> None:
    pool = np.array([[0, 1, 2, 3], [3, 5, 7, 0], [0, 1, 2, -1]])
    for limit, lacking in (
        (Limit("kind", max=1), [True, False, True]),
        (Limit("kind", max=2, window=3), [False, False, True]),
        (Limit("kind", min=1, value=2), [True, False, True]),
        (Limit("kind", max=1, first=2), [False, False, True]),
        (Limit("kind", max=1, value=2), [False, False, False]),
    ):
        assert infeasible_pools(pool, [limit], {"kind": KINDS}, 4).tolist() == lacking, limit


@settings(max_examples=80, deadline=None)
@given(cases())
def test_who_lacks_room_has_no_list(case: dict[str, Any]) -> None:
    n, k, codes, limits = case["n"], case["k"], case["codes"], case["limits"]
    lacking = bool(infeasible_pools(np.arange(n)[None], limits, {"f": codes}, k)[0])
    possible = [any(check(list(items), limit, codes) for items in permutations(range(n), k)) for limit in limits]
    assert not lacking or not all(possible)
    named = conflicting_rules(np.ones(n), np.arange(n), limits, [], {"f": codes}, k)
    together = [all(check(list(items), limit, codes) for limit in limits) for items in permutations(range(n), k)]
    assert (named == []) == any(together)
    for left_out in named:
        fewer = [limits[number] for number in named if number != left_out]
        assert any(all(check(list(items), limit, codes) for limit in fewer) for items in permutations(range(n), k))

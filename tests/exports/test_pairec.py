"""PAI-Rec: the rules keep what our constraints ask for, as its DiversityRuleSort reads them.

`sorted_by` is that sort written down from alibaba/pairec, aec1285 of June 2026: sort/diversity_rule_sort.go,
diversity_rule.go and diversity_exclusion_rule.go; SORT and RULE are recconf.SortConfig and DiversityRuleConfig, field
by field.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import validate

from engine.exports import convert
from engine.strategy.strategy import Strategy
from tests.exports.peers import COUNT, closed

Item = dict[str, str]
TEXT = {"type": "string"}
RULE = closed(
    {"Dimensions": {"type": "array", "items": TEXT, "minItems": 1}},
    IntervalSize=COUNT, WindowSize=COUNT, FrequencySize=COUNT, Weight=COUNT,
)  # fmt: skip
CONDITION = closed({
    "Name": TEXT, "Domain": {"enum": ["item", "user"]}, "Operator": {"const": "in"},
    "Type": {"enum": ["string", "int", "int64"]}, "Value": {"type": "array", "items": TEXT},
})  # fmt: skip
EXCLUSION = closed(
    {"Positions": {"type": "array", "items": COUNT}, "Conditions": {"type": "array", "items": CONDITION}}
)
SORT = closed(
    {"Name": TEXT, "SortType": {"const": "DiversityRuleSort"}, "DiversityRules": {"type": "array", "items": RULE}},
    DiversitySize=COUNT, ExploreItemSize=COUNT, ExclusionRules={"type": "array", "items": EXCLUSION},
)  # fmt: skip
CONFIG = closed({"SortConfs": {"type": "array", "items": SORT}})


def keeps(rule: dict[str, Any], item: Item, chosen: list[Item]) -> bool:
    window, most = rule.get("WindowSize", 0), rule.get("FrequencySize", 0)
    if not 0 < most < window:
        return True

    def value(each: Item) -> list[str]:
        return [each.get(name, "") for name in rule["Dimensions"]]

    return sum(value(each) == value(item) for each in chosen[max(len(chosen) - window + 1, 0) :]) + 1 <= most


def excluded(sort: dict[str, Any], item: Item, position: int) -> bool:
    return any(
        position in rule["Positions"] and all(item.get(each["Name"]) in each["Value"] for each in rule["Conditions"])
        for rule in sort.get("ExclusionRules", [])
    )


def sorted_by(config: dict[str, Any], items: list[Item]) -> list[Item]:
    validate(config, CONFIG)
    (sort,) = config["SortConfs"]
    if not sort["DiversityRules"]:
        return items
    chosen: list[Item] = []
    left = list(items)
    while left and len(chosen) <= sort["DiversitySize"]:
        free = [item for item in left if not excluded(sort, item, len(chosen) + 1)]
        if not free:
            break
        looked = free[: sort["ExploreItemSize"]]
        kept = (item for item in looked if all(keeps(rule, item, chosen) for rule in sort["DiversityRules"]))
        chosen.append(next(kept, free[0]))
        left.remove(chosen[-1])
    return chosen + left


def export(**fields: Any) -> tuple[dict[str, Any], dict[str, str], Strategy]:
    strategy = Strategy.checked({"method": "mmr", "diversity": 0.3, **fields}, "here")
    found = convert(strategy, "pairec")
    return dict(found.content), {note.field: note.key for note in found.lost}, strategy


limits = st.fixed_dictionaries(
    {"facet": st.sampled_from(["category", "brand"]), "max": st.integers(1, 3)}, optional={"window": st.integers(2, 8)}
)


@given(st.lists(limits, min_size=1, max_size=3), st.integers(3, 10), st.integers(0, 2**32), st.booleans())
def test_limits_are_kept(constraints: list[dict[str, Any]], k: int, seed: int, hide: bool) -> None:
    rules = [{"kind": "hide", "item_ids": ["0", "5"]}, {"kind": "hide", "facet": "brand", "value": "item.b1"}]
    content, _, strategy = export(constraints=constraints, k=k, rules=rules if hide else [])
    numbers = [(seed * (n + 1) * 2_654_435_761 >> 7) for n in range(90)]
    items = [
        {"item_id": str(n), "category": f"c{x % 23}", "brand": f"item.b{x % 29}"} for n, x in enumerate(numbers)
    ]  # enough values that every list of 10 can keep the rules
    if len({item["category"] for item in items}) < 20 or len({item["brand"] for item in items}) < 20:
        return
    found = sorted_by(content, items)
    assert len(found) == len(items)
    for limit in strategy.constraints:
        window = limit.window or k
        for start in range(max(k - window, 0) + 1):
            seen = [item[limit.facet] for item in found[:k][start : start + window]]
            assert max(map(seen.count, seen)) <= (limit.max or 0)
    if hide:
        assert not {"0", "5"} & {item["item_id"] for item in found[:k]}
        assert "item.b1" not in {item["brand"] for item in found[:k]}


def test_a_closed_case() -> None:
    content, lost, _ = export(k=4, constraints=[{"facet": "category", "max": 1, "window": 2}])
    items = [{"item_id": str(n), "category": c} for n, c in enumerate("aaabbc")]
    assert [item["category"] for item in sorted_by(content, items)[:4]] == ["a", "b", "a", "b"]
    assert content["SortConfs"][0]["DiversityRules"] == [
        {"Dimensions": ["category"], "WindowSize": 2, "FrequencySize": 1}
    ]
    assert content["SortConfs"][0]["DiversitySize"] == 4
    assert content["SortConfs"][0]["ExploreItemSize"] == 200
    assert lost == {"diversity": "no_lambda", "constraints.0": "unknown"}


def test_a_whole_list_is_one_window_and_a_limit_that_forbids_nothing_is_no_rule() -> None:
    content, lost, _ = export(k=6, constraints=[{"facet": "brand", "max": 2}, {"facet": "brand", "max": 6}])
    assert content["SortConfs"][0]["DiversityRules"] == [{"Dimensions": ["brand"], "WindowSize": 6, "FrequencySize": 2}]
    assert "constraints.1" not in lost


def test_hidden_products_need_no_limit_beside_them() -> None:
    content, _, _ = export(k=3, rules=[{"kind": "hide", "item_ids": ["0"]}])
    items = [{"item_id": str(n)} for n in range(5)]
    assert [item["item_id"] for item in sorted_by(content, items)] == ["1", "2", "3", "0", "4"]


@pytest.mark.parametrize(
    ("fields", "place", "key"),
    [
        ({"constraints": [{"facet": "category", "value": "Tea", "min": 1}]}, "constraints.0", "minimum"),
        ({"constraints": [{"facet": "category", "value": "Tea", "max": 1}]}, "constraints.0", "one_value"),
        ({"constraints": [{"facet": "category", "max": 0}]}, "constraints.0", "none_of_all"),
        ({"constraints": [{"facet": "category", "max": 1, "ends": "2026-12-24"}]}, "constraints.0", "scoped"),
        (
            {"rules": [{"kind": "hide", "item_ids": ["1"], "segment": {"by": "age", "group": "19-24"}}]},
            "rules.0", "scoped",
        ),
        ({"rules": [{"kind": "pin", "item_id": "1", "position": 1}]}, "rules.0", "rule"),
        ({"rules": [{"kind": "favour", "column": "margin"}]}, "rules.0", "rule"),
    ],
)  # fmt: skip
def test_what_its_rules_cannot_say_is_left_out_and_told(fields: dict[str, Any], place: str, key: str) -> None:
    content, lost, _ = export(**fields)
    assert lost[place] == key
    assert lost["constraints"] == "nothing"
    items = [{"item_id": str(n), "category": "Tea"} for n in range(5)]
    assert sorted_by(content, items) == items


def test_a_limit_for_other_lists_is_no_loss() -> None:
    content, lost, _ = export(constraints=[{"facet": "category", "max": 1, "surfaces": ["new"]}])
    assert content["SortConfs"][0]["DiversityRules"] == []
    assert "constraints.0" not in lost


def test_a_limit_on_the_first_places_says_that_it_reaches_further() -> None:
    limit = {"facet": "popularity", "max": 1, "first": 4}
    found = convert(Strategy.checked({"method": "mmr", "diversity": 0.3, "constraints": [limit]}, "here"), "pairec")
    assert ("constraints.0", "first") in {(note.field, note.key) for note in found.lost}
    assert found.content["SortConfs"][0]["DiversityRules"][0]["WindowSize"] == 4
    assert "computed" in {note.key for note in found.needs}  # popularity is no column there

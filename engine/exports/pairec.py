"""PAI-Rec: limits on neighbouring products as the rules of a `DiversityRuleSort`.

Source: alibaba/pairec, aec1285 of June 2026, recconf/recconf.go (SortConfig, DiversityRuleConfig, ExclusionRuleConfig,
FilterParamConfig) and sort/diversity_rule.go: of any WindowSize neighbouring products, FrequencySize may share the
values of Dimensions. It takes the first product in line that breaks no rule, the first of all where each breaks one. It
knows no λ and no vectors.

Prices: a `BoostScoreSort` replaces each score by an expression of the score and the product's properties
(sort/boost_score_sort.go); where a product lacks the property, its score stays. It puts nothing in order: the sort
`ItemRankScore` does.
"""

from typing import Any

from engine.exports import price_field
from engine.exports.common import changed_fields, floor, others
from engine.exports.exported import Carried, Exported, ExportRequest, Note
from engine.strategy.rules import Constraint, Entry, PushRule, Scoped
from engine.strategy.strategy import Strategy

NAME = "evenshelf"  # of the sort
ID = "item_id"
LIMITS = {"name", "surfaces", "segment", "starts", "ends", "facet", "value", "max", "min", "window", "first"}
COMPUTED = ("popularity", "arrival")  # facets that are worked out here and are no column of a catalogue
BOOST = "SortConfs.1.BoostScoreConditions.0.Expression"
PairecRule = dict[str, Any]


def pairec(setting: ExportRequest) -> Exported:
    """A part of PAI-Rec's configuration: one sort in `SortConfs`; with prices a second one, to be run before it."""
    strategy = setting.strategy
    sort: dict[str, Any] = {"Name": NAME, "SortType": "DiversityRuleSort"}
    sort |= {"DiversitySize": strategy.k, "ExploreItemSize": strategy.pool}
    rules, exclusions, carried, lost = _rules(strategy)
    if exclusions and not rules:
        rules = [{"Dimensions": [ID]}]  # forbids nothing; without a rule, PAI-Rec reads no exclusions
    sort |= {"DiversityRules": rules} | ({"ExclusionRules": exclusions} if exclusions else {})
    sizes = (
        Carried("k", strategy.k, "DiversitySize", strategy.k),
        Carried("pool", strategy.pool, "ExploreItemSize", strategy.pool),
    )
    priced = price_field.is_priced(setting)
    content = {"SortConfs": [sort, _boost(setting)] if priced else [sort]}
    prices = price_field.carried(setting, BOOST, _expression(setting))
    nothing = () if rules or priced else (Note("constraints", "nothing"),)
    everything = (
        *nothing, _no_lambda(strategy), *price_field.differences(setting), *lost, *floor(strategy, "no_floor"),
        *others(strategy),
    )  # fmt: skip
    needs = (*_needs(rules, exclusions, priced), *price_field.needs(setting))
    return Exported("pairec", content, (*sizes, *carried, *prices), everything, needs)


def _boost(setting: ExportRequest) -> PairecRule:
    """The sort that takes prices from scores."""
    condition = {"Conditions": [], "Expression": _expression(setting)}
    return {"Name": price_field.FIELD, "SortType": "BoostScoreSort", "BoostScoreConditions": [condition]}


def _expression(setting: ExportRequest) -> str:
    """In figures that govaluate reads: without an exponent."""
    weight = f"{price_field.weight(setting):.6f}".rstrip("0").rstrip(".")
    return f"score - {weight} * {price_field.FIELD}"


def _rules(strategy: Strategy) -> tuple[list[PairecRule], list[PairecRule], list[Carried], list[Note]]:
    """Diversity rules and exclusions for what holds on the strategy's surface, and what is told of each."""
    rules: list[PairecRule] = []
    exclusions: list[PairecRule] = []
    carried: list[Carried] = []
    lost: list[Note] = []
    for field, entry in _entries(strategy):
        if entry.surfaces and strategy.surface not in entry.surfaces:
            continue
        reason = _reason(entry)
        if reason:
            lost.append(Note(field, *reason))
            continue
        rule, there = _rule(entry, strategy.k)
        if rule is None:
            continue  # it forbids nothing
        (rules if there == "DiversityRules" else exclusions).append(rule)
        at = len(rules if there == "DiversityRules" else exclusions) - 1
        carried.append(Carried(field, entry.model_dump(mode="json", exclude_defaults=True), f"{there}.{at}", rule))
        lost += _otherwise(field, entry, strategy.k)
    return rules, exclusions, carried, lost


def _entries(strategy: Strategy) -> list[tuple[str, Entry]]:
    limits: list[tuple[str, Entry]] = [(f"constraints.{n}", entry) for n, entry in enumerate(strategy.constraints)]
    return limits + [(f"rules.{n}", entry) for n, entry in enumerate(strategy.rules)]


def _reason(entry: Entry) -> tuple[str, dict[str, str]] | None:
    """Why PAI-Rec's rules cannot say this: the words' key and values; None where they can."""
    if not isinstance(entry, Constraint):
        kind = str(getattr(entry, "kind", ""))
        return _scoped(entry) or (None if kind == "hide" else ("rule", {"kind": kind}))
    unknown = [name for name in changed_fields(entry) if name not in LIMITS]
    if unknown:
        return "field", {"field": ", ".join(unknown)}
    values = {"facet": _facet(entry)}
    if entry.min is not None:
        return "minimum", values
    if entry.value is not None and entry.max:
        return "one_value", values | {"value": entry.value}
    if entry.value is None and entry.max == 0:
        return "none_of_all", values
    return _scoped(entry)


def _scoped(entry: Scoped) -> tuple[str, dict[str, str]] | None:
    return ("scoped", {}) if entry.segment or entry.starts or entry.ends else None


def _rule(entry: Entry, k: int) -> tuple[PairecRule | None, str]:
    if isinstance(entry, PushRule):
        hidden = _is(ID, entry.item_ids) if entry.item_ids else _is(str(entry.facet), (str(entry.value),))
        return _keep_off(hidden, k), "ExclusionRules"
    assert isinstance(entry, Constraint) and entry.max is not None
    first = min(entry.first or k, k)
    if entry.max == 0:
        return _keep_off(_is(_facet(entry), (str(entry.value),)), first), "ExclusionRules"
    window = min(entry.window or first, first)
    limit = {"Dimensions": [_facet(entry)], "WindowSize": window, "FrequencySize": entry.max}
    return (limit if window > entry.max else None), "DiversityRules"


def _facet(limit: Constraint) -> str:
    """What it counts by."""
    return limit.facet or ID


def _is(name: str, values: tuple[str, ...]) -> PairecRule:
    """`in` takes values as they are; `equal` would read one like item.brand as a name."""
    return {"Name": name, "Domain": "item", "Operator": "in", "Type": "string", "Value": list(values)}


def _keep_off(condition: PairecRule, places: int) -> PairecRule:
    return {"Positions": list(range(1, places + 1)), "Conditions": [condition]}


def _otherwise(field: str, entry: Entry, k: int) -> list[Note]:
    """Where a rule that is carried acts otherwise there."""
    if not isinstance(entry, Constraint) or entry.max == 0:
        return []
    short = entry.first is not None and entry.first < k
    longer = [Note(field, "first", {"facet": _facet(entry), "first": str(entry.first)})] if short else []
    return [*longer, Note(field, "unknown", {"facet": _facet(entry)})]


def _no_lambda(strategy: Strategy) -> Note:
    return Note("diversity", "no_lambda", {"method": strategy.method, "diversity": f"{strategy.diversity:g}"})


def _needs(rules: list[PairecRule], exclusions: list[PairecRule], boosted: bool) -> tuple[Note, ...]:
    spoken = [name for rule in rules for name in rule["Dimensions"]]
    spoken += [condition["Name"] for rule in exclusions for condition in rule["Conditions"]]
    properties = tuple(
        Note("constraints", "computed" if name in COMPUTED else "property", {"facet": name})
        for name in dict.fromkeys(spoken)
    )
    names = {"name": NAME, "first": price_field.FIELD} if boosted else {"name": NAME}
    return (Note("method", "sort_names_priced" if boosted else "sort_names", names), *properties)

"""How the lists are made: the main parameters, their weight, what they do, and the options there are."""

from typing import Any

from engine.reports.markup import Html, grid, joined, tag
from engine.reports.names import Names
from engine.words import shared

Setting = dict[str, Any]


def sheet(setting: Setting, names: Names) -> Html:
    """The sheet of an audit's setting; what its lists' file did not record is left out, and said."""
    say, strategy = names.say, setting["strategy"]
    if not strategy:
        return tag("p", say("report.fact.unknown"))
    rows = [*_objective(setting, names), *_limits(strategy, names)]
    head = [say(f"report.column.{name}") for name in ("parameter", "weight", "why")]
    options = tag("ul", *(tag("li", say(f"report.sheet.option_{name}")) for name in ("relevant", "varied", "same")))
    where = tag("p", say("report.sheet.option_where"), " ", "_" * 40)
    return joined([grid(head, rows), tag("h3", say("report.sheet.options")), options, where])


def _objective(setting: Setting, names: Names) -> list[list[object]]:
    say, strategy = names.say, setting["strategy"]
    level = float(strategy["diversity"])
    likeness = ", ".join(
        f"{_source(name, strategy, names)} {100 * part:.0f}%" for name, part in strategy["facet_weights"].items()
    )
    model = setting["model"] or say("report.fact.unknown")
    rows: list[list[object]] = [
        [say("report.sheet.relevance"), f"{1 - level:.0%}", say("report.sheet.relevance_why", model=model)]
    ]
    terms = setting.get("terms") or {}
    total = sum(abs(weight) for weight in terms.values())
    for name, weight in sorted(terms.items(), key=lambda each: (-abs(each[1]), each[0])):
        label = say(f"why.term.{name}") if f"why.term.{name}" in shared() else name
        rows.append([f"· {label}", f"{100 * weight / total:.0f}%".replace("-", "−"), say("report.sheet.term_why")])
    why = say("report.sheet.variety_why", method=strategy["method"].upper(), likeness=likeness)
    return [*rows, [say("report.sheet.variety"), f"{level:.0%}", why]]


def _limits(strategy: dict[str, Any], names: Names) -> list[list[object]]:
    say = names.say
    rows: list[list[object]] = [
        [say("report.sheet.pool"), say("report.sheet.pool_is", n=f"{strategy['pool']:,}"), say("report.sheet.pool_why")]
    ]
    count = len(strategy.get("constraints", ())) + len(strategy.get("rules", ()))
    if count:
        rows.append([say("report.sheet.rules"), f"{count}", say("report.sheet.rules_why")])
    floor, exposure = strategy.get("floor"), strategy.get("exposure")
    if floor:
        keep = say("report.sheet.floor_is", keep=f"{100 * floor['keep']:.1f}")
        rows.append([floor_words(strategy, names), keep, say("report.sheet.floor_why")])
    if exposure:
        wanted = exposure["floor"]
        words = (
            say("report.sheet.exposure_max") if isinstance(wanted, str)
            else say("report.sheet.exposure_is", share=f"{100 * wanted:.0f}")
        )  # fmt: skip
        why = say("report.sheet.exposure_why", facet=names.column(exposure["facet"]))
        rows.append([say("report.sheet.exposure"), words, why])
    if strategy.get("overrides"):
        rows.append([say("report.sheet.overrides"), say("report.sheet.yes"), say("report.sheet.overrides_why")])
    return rows


def floor_words(strategy: dict[str, Any], names: Names) -> str:
    """What a strategy's floor keeps: relevance or revenue."""
    return names.say("report.sheet.revenue" if strategy["floor"]["metric"] == "revenue" else "report.sheet.floor")


def _source(name: str, strategy: dict[str, Any], names: Names) -> str:
    return names.say(f"report.vectors.{strategy['similarity']}") if name == "embedding" else names.column(name)

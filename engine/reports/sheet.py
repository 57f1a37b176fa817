"""How the lists are made: the main parameters, their weight, what they do, and the options there are."""

from typing import Any

from engine.reports.markup import Html, grid, joined, tag
from engine.reports.names import Names
from engine.reports.strategy_words import NOT_WEIGHTED, StrategyWords
from engine.strategy.strategy import Strategy
from engine.words import shared

Setting = dict[str, Any]


def sheet(setting: Setting, names: Names) -> Html:
    """The sheet of an audit's setting; what its lists' file did not record is left out, and said."""
    say = names.say
    if not setting["strategy"]:
        return tag("p", say("report.fact.unknown"))
    strategy = Strategy.model_validate(setting["strategy"])
    words = StrategyWords(strategy, names, setting["titles"])
    rows = [*_objective(setting, strategy, words, names), *_limits(strategy, words, names)]
    head = [say(f"report.column.{name}") for name in ("parameter", "weight", "why")]
    options = tag("ul", *(tag("li", say(f"report.sheet.option_{name}")) for name in ("relevant", "varied", "same")))
    where = tag("p", say("report.sheet.option_where"), " ", "_" * 40)
    return joined([grid(head, rows), tag("h3", say("report.sheet.options")), options, where])


def _objective(setting: Setting, strategy: Strategy, words: StrategyWords, names: Names) -> list[list[object]]:
    say, level = names.say, strategy.diversity
    model = setting["model"] or say("report.fact.unknown")
    weighted = strategy.method not in NOT_WEIGHTED
    relevance, variety = (f"{1 - level:.0%}", f"{level:.0%}") if weighted else ("–", f"λ {level:g}")
    rows: list[list[object]] = [
        [say("report.sheet.relevance"), relevance, say("report.sheet.relevance_why", model=model)]
    ]
    terms = setting.get("terms") or {}
    total = sum(abs(weight) for weight in terms.values())
    for name, weight in sorted(terms.items(), key=lambda each: (-abs(each[1]), each[0])):
        label = say(f"why.term.{name}") if f"why.term.{name}" in shared() else name
        rows.append([f"· {label}", f"{100 * weight / total:.0f}%".replace("-", "−"), say("report.sheet.term_why")])
    why = say("report.sheet.variety_why", method=strategy.method.upper(), likeness=words.likeness())
    return [*rows, [say("report.sheet.variety"), variety, why]]


def _limits(strategy: Strategy, words: StrategyWords, names: Names) -> list[list[object]]:
    say = names.say
    pool = say("report.sheet.pool_is", n=f"{strategy.pool:,}")
    rows: list[list[object]] = [[say("report.sheet.pool"), pool, say("report.sheet.pool_why")]]
    parts = {"rules": words.rules(), "floors": words.floors(), "exceptions": words.exceptions()}
    rows += [[say(f"report.fact.{key}"), f"{len(told)}", sentences(told)] for key, told in parts.items() if told]
    return rows


def sentences(told: list[str]) -> Html:
    """Sentences, each a line of its own."""
    return joined(tag("div", each) for each in told)

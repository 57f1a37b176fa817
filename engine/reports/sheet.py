"""How the lists are made: the main parameters, their weight, what they do, and the options there are."""

from engine.audit.results import Setting
from engine.reports.names import Names
from engine.reports.strategy_words import NOT_WEIGHTED, StrategyWords, spread_words
from engine.reports.tables import Cell, Table
from engine.strategy.strategy import Strategy
from engine.words import shared


def sheet(setting: Setting, names: Names) -> Table | None:
    """The sheet of an audit's setting; None where its lists' file did not record how they were made."""
    if not setting.strategy:
        return None
    strategy = Strategy.model_validate(setting.strategy)
    words = StrategyWords(strategy, names, setting.titles)
    rows = [*_objective(setting, strategy, words, names), *_limits(strategy, words, names)]
    return Table([names.say(f"report.column.{name}") for name in ("parameter", "weight", "why")], rows)


def _objective(setting: Setting, strategy: Strategy, words: StrategyWords, names: Names) -> list[list[Cell]]:
    say, level = names.say, strategy.diversity
    model = setting.model or say("report.fact.unknown")
    weighted = strategy.method not in NOT_WEIGHTED
    relevance, variety = (f"{1 - level:.0%}", f"{level:.0%}") if weighted else ("–", f"λ {level:g}")
    rows: list[list[Cell]] = [
        [say("report.sheet.relevance"), relevance, say("report.sheet.relevance_why", model=model)]
    ]
    terms = setting.terms or {}
    total = sum(abs(weight) for weight in terms.values())
    for name, weight in sorted(terms.items(), key=lambda term: (-abs(term[1]), term[0])):
        label = say(f"why.term.{name}") if f"why.term.{name}" in shared() else name
        rows.append([f"· {label}", f"{100 * weight / total:.0f}%".replace("-", "−"), say("report.sheet.term_why")])
    why = say("report.sheet.variety_why", method=strategy.method.upper(), likeness=words.likeness())
    rows.append([say("report.sheet.variety"), variety, why])
    if strategy.spread:
        rows.append([say("report.sheet.spread"), f"σ {strategy.spread:g}", spread_words(strategy, names)])
    return rows


def _limits(strategy: Strategy, words: StrategyWords, names: Names) -> list[list[Cell]]:
    say = names.say
    pool = say("report.sheet.pool_is", n=f"{strategy.pool:,}")
    rows: list[list[Cell]] = [[say("report.sheet.pool"), pool, say("report.sheet.pool_why")]]
    parts = {"rules": words.rules(), "floors": words.floors(), "exceptions": words.exceptions()}
    rows += [[say(f"report.fact.{key}"), f"{len(lines)}", lines] for key, lines in parts.items() if lines]
    return rows

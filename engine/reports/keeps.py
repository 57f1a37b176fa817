"""What made the lists, on a report's first page: which version, all that it keeps to, and what it is compared with."""

from engine.audit.results import Setting
from engine.evaluation.slates_note import KeptNote
from engine.reports.names import Names, known
from engine.reports.strategy_words import StrategyWords, method_words, saved_words
from engine.reports.tables import Cell
from engine.strategy.strategy import Strategy


def keeps(setting: Setting, names: Names) -> dict[str, Cell]:
    """Version, method, every rule, exception and floor, and what is kept of relevance; nothing is left to a number."""
    say = names.say
    if not setting.strategy:
        return {"strategy": say("report.fact.unknown")}
    strategy = Strategy.model_validate(setting.strategy)
    words = StrategyWords(strategy, names, setting.titles)
    likeness = say("report.sheet.likeness_is", likeness=words.likeness())
    cells: dict[str, Cell] = {
        "strategy": saved_words(setting.saved, names),
        "method": f"{method_words(strategy, names)} {likeness}",
    }
    parts = {"rules": words.rules(), "exceptions": words.exceptions(), "floors": words.floors()}
    cells |= {name: text or say("report.none") for name, text in parts.items()}
    shares = [_kept_line(name, note, bool(strategy.all_entries), names) for name, note in (setting.kept or {}).items()]
    return cells | ({"kept": shares} if shares else {})


def _kept_line(metric: str, note: KeptNote, ruled: bool, names: Names) -> str:
    shares = {"plain": _share(note.plain, names), "ruled": _share(note.ruled, names)}
    key = "report.keeps.kept" if ruled else "report.keeps.kept_one"
    return names.say(key, metric=names.say(f"report.keeps.metric.{metric}"), n=f"{note.n:,}", **shares)


def _share(ends: list[float | None], names: Names) -> str:
    if not known(*ends):
        return "–"
    value, low, high = (f"{100 * float(end or 0):.1f}" for end in ends)
    return names.say("report.keeps.share", value=value, low=low, high=high)


def baseline_name(setting: Setting, names: Names) -> str:
    """What the lists are compared with, in a few words."""
    say = names.say
    if not setting.baseline:
        return say("report.none")
    if setting.baseline_kind:
        return say(f"baseline.{setting.baseline_kind}")
    if not setting.baseline_strategy:
        return say("report.fact.unknown")
    if _is_unspread(setting):
        return say("baseline.unspread")
    return saved_words(setting.baseline_saved, names)


def _is_unspread(setting: Setting) -> bool:
    """Whether the lists are compared with the same strategy at σ 0, at the λ that they really have."""
    if not setting.strategy or not setting.baseline_strategy:
        return False
    now = Strategy.model_validate(setting.strategy)
    return bool(now.spread) and Strategy.model_validate(setting.baseline_strategy) == now.at(spread=0.0, floor=None)


def compared_words(setting: Setting, names: Names) -> Cell:
    """What the lists are compared with, and where that is a strategy of its own, all that it keeps to."""
    name = baseline_name(setting, names)
    if not setting.baseline or setting.baseline_kind or not setting.baseline_strategy:
        return name
    strategy = Strategy.model_validate(setting.baseline_strategy)
    words = StrategyWords(strategy, names, setting.titles)
    lines = [*words.rules(), *words.exceptions(), *words.floors()]
    return [name, method_words(strategy, names), *lines]


def sides(setting: Setting, names: Names) -> str:
    """What "before" and "now" are in the tables below; nothing where lists are compared with no others."""
    if not setting.baseline:
        return ""
    now = saved_words(setting.saved, names) if setting.strategy else names.say("report.fact.unknown")
    return names.say("report.keeps.sides", before=baseline_name(setting, names), now=now)

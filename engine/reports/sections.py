"""The parts of a report, as its templates take them: what was asked and found, how it was measured, who signs."""

from typing import Any

from engine.audit.results import Audit, Setting
from engine.reports.keeps import compared_words, keeps, sides
from engine.reports.makers import makers
from engine.reports.names import Names, base, significant
from engine.reports.sheet import sheet
from engine.reports.shoppers import shoppers
from engine.reports.tables import Cell, Table
from engine.reports.verdicts import foremost, rests_on_one, sentence
from engine.strategies import Signature

SHORT = {"providers": 3, "shoppers": 6}  # sentences at the top
LIMITS = ("is", "is_not", "groups", "unknown", "none", "blame")
METHODS = ("interval", "test", "correction", "effect", "detectable", "again")


def sections(content: Audit, names: Names, own: str, signature: Signature | None) -> dict[str, Any]:
    """What `report.html` needs, by name; own: the audit's SHA-256. Sections that this audit has not are None."""
    audited = {row.side for row in content.results}
    audited |= {"providers" if row.metric == "exposure" else "shoppers" for row in content.suppressed}
    return {
        "question": _question(content, names, own),
        "short": _short(content, names),
        "sides": sides(content.setting, names),
        "shoppers": shoppers(content, names) if "shoppers" in audited else None,
        "makers": makers(content, names) if "providers" in audited else None,
        "hidden": _hidden(content, names),
        "same": _same(content, names),
        "sheet": sheet(content.setting, names),
        "methods": _methods(content, names),
        "formulas": _formulas(content, names),
        "limits": [*_ledger_breaks(content, names), *(names.say(f"fairness.gap_{name}") for name in LIMITS)],
        "signed": _signed(names, signature),
    }


def _ledger_breaks(content: Audit, names: Names) -> list[str]:
    """When an earlier ledger was deleted or replaced, so that what it kept protects nobody."""
    breaks = content.setting.ledger_breaks
    return [names.say(f"report.ledger_{entry['what']}", at=entry["at"][:10]) for entry in breaks]


def _question(content: Audit, names: Names, own: str) -> dict[str, Cell]:
    say, setting = names.say, content.setting
    sides = {row.by: row.side for row in content.results}
    ways = [names.way(by, sides.get(by, "shoppers")) for by in setting.by]
    figures = [names.figure(name) for name in _shopper_figures(content)]
    stood = sum(map(significant, content.every_q))
    since = (setting.since or "").removesuffix(" 00:00:00")
    return {
        "shop": setting.shop,
        "lists": _lists(setting, names),
        **keeps(setting, names),
        "compared": compared_words(setting, names),
        "groups": say("report.keeps.apart").join(ways),
        "figures": say("report.keeps.apart").join(figures) or say("report.none"),
        "since": say("report.fact.since_is", since=since) if since else say("report.fact.since_not"),
        "model": _model(setting, names),
        "family": say("report.fact.family_is", n=f"{content.family_size:,}", k=f"{stood:,}"),
        "data": setting.data_hash,
        "code": setting.code,
        "seed": str(setting.seed),
        "audit": own,
    }


def _lists(setting: Setting, names: Names) -> str:
    say, strategy = names.say, setting.strategy
    surface = say(f"report.surface.{strategy['surface']}") if strategy else say("report.fact.unknown")
    length = strategy["k"] if strategy else "–"
    lists = say("report.fact.lists_are", n=f"{setting.shoppers:,}", k=length, surface=surface)
    if not setting.without_list:
        return lists
    return say("report.keeps.full_stop").join((lists, say("report.keeps.left_out", n=setting.without_list)))


def _model(setting: Setting, names: Names) -> str:
    if not setting.model:
        return names.say("report.fact.unknown")
    until = (setting.until or "").removesuffix(" 00:00:00")
    return names.say("report.fact.model_is", model=setting.model, until=until or "–")


def _shopper_figures(content: Audit) -> list[str]:
    """The figures of shoppers that are told, without their facets, each once."""
    return list(dict.fromkeys(base(row.metric) for row in content.shoppers))


def _short(content: Audit, names: Names) -> list[str]:
    titles = content.setting.titles
    on_one = [rests_on_one(row, titles, names) for row in content.providers if row.rests_on_one]
    widest = [sentence(row, names) for side, limit in SHORT.items() for row in foremost(content, side, limit)]
    return [*on_one, *widest]


def _hidden(content: Audit, names: Names) -> dict[str, list[str]]:
    say, least = names.say, content.setting.threshold
    if not content.suppressed:
        return {"sentences": [say("report.hidden_none")], "groups": []}
    groups: dict[str, list[str]] = {}
    for row in content.suppressed:
        if row.metric != "exposure":
            label = f"{names.way(row.by)}: {names.group(row, 'shoppers')}"
            groups.setdefault(label, []).append(names.figure(row.metric))
    sentences = [say("fairness.hidden", n=least)]
    n_makers = sum(row.metric == "exposure" for row in content.suppressed)
    if n_makers:
        sentences.append(say("report.hidden_makers", n=f"{n_makers:,}", least=least))
    return {
        "sentences": sentences,
        "groups": [f"{label} ({say('report.keeps.apart').join(figures)})" for label, figures in groups.items()],
    }


def _same(content: Audit, names: Names) -> Table | None:
    """The list that is the same for everybody, beside these."""
    same = {row.metric: row for row in content.not_personalised}
    if not same:
        return None
    rows = [
        [names.figure(row.metric), f"{row.n:,}", names.with_unit(row.metric, row.value),
         names.with_unit(row.metric, same[row.metric].value)]
        for row in content.overall if row.metric in same
    ]  # fmt: skip
    return Table([names.say(f"report.column.{name}") for name in ("figure", "n", "these", "same")], rows, numbers=3)


def _methods(content: Audit, names: Names) -> list[str]:
    setting = content.setting
    values = {
        "draws": f"{setting.draws:,}", "permutations": f"{setting.permutations:,}",
        "family": f"{content.family_size:,}",
    }  # fmt: skip
    return [names.say(f"report.method.{name}", **values) for name in METHODS]


def _formulas(content: Audit, names: Names) -> Table:
    figures = _shopper_figures(content)
    if any(row.side == "providers" for row in content.results):
        figures.append("exposure")
    rows = [[names.figure(name), names.say(f"report.formula.{name}")] for name in figures]
    return Table([names.say("report.column.figure"), names.say("report.column.formula")], rows)


def _signed(names: Names, signature: Signature | None) -> dict[str, str]:
    """The lines of the signature, empty where nobody has signed yet."""
    say = names.say
    if signature is None:
        return dict.fromkeys(("decision", "points", "comment", "name", "date", "signature"), "")
    lines = {
        "decision": say(f"report.{signature.decision}"),
        "points": say("report.keeps.apart").join(signature.points) or say("report.none"),
        "comment": signature.comment or say("report.none"),
        "name": signature.author,
        "date": f"{signature.at:%Y-%m-%d %H:%M} UTC",
    }
    if signature.strategy is not None:
        name, number = signature.strategy
        lines["strategy"] = say("report.version", name=name, n=number)
    return lines

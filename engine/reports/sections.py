"""The parts of a report in their order: what was asked and found, what is not told, how it was measured, who signs."""

from collections.abc import Iterator
from typing import Any

from engine.reports import groups
from engine.reports.keeps import compared_words, keeps, sides
from engine.reports.markup import Html, grid, joined, tag
from engine.reports.names import Names, base, significant
from engine.reports.sheet import sheet
from engine.reports.verdicts import foremost, rests_on_one, sentence
from engine.strategies import Signature

Content = dict[str, Any]
SHORT = {"providers": 3, "shoppers": 6}  # sentences at the top
LIMITS = ("is", "is_not", "groups", "unknown", "none", "blame")


def sections(content: Content, names: Names, own: str, signature: Signature | None) -> Iterator[tuple[str, Html]]:
    """(key, part) of each part that this audit has; own: the audit's SHA-256."""
    say = names.say
    asked = {row["side"] for row in content["results"]} | {
        "providers" if row["metric"] == "exposure" else "shoppers" for row in content["suppressed"]
    }
    yield "question", _question(content, names, own)
    yield "short", _short(content, names)
    if "shoppers" in asked:
        yield "shoppers", joined([sides(content["setting"], names), groups.shoppers(content, names)])
    if "providers" in asked:
        yield "providers", joined([sides(content["setting"], names), groups.makers(content, names)])
    yield "hidden", _hidden(content, names)
    yield "same", _same(content, names)
    yield "sheet", joined([tag("p", say("report.sheet_note"), class_="quiet"), sheet(content["setting"], names)])
    yield "methods", _methods(content, names)
    yield "limits", tag("ul", *_touched(content, names), *(tag("li", say(f"fairness.gap_{name}")) for name in LIMITS))
    yield "sign", _sign(names, signature)


def _touched(content: Content, names: Names) -> Iterator[Html]:
    """When an earlier ledger was deleted or replaced, so that what it kept protects nobody."""
    for each in content["setting"].get("ledger_breaks", ()):
        yield tag("li", names.say(f"report.ledger_{each['what']}", at=each["at"][:10]))


def _question(content: Content, names: Names, own: str) -> Html:
    say, setting = names.say, content["setting"]
    strategy = setting["strategy"]
    lists = say(
        "report.fact.lists_are", n=f"{setting['shoppers']:,}", k=strategy["k"] if strategy else "–",
        surface=say(f"report.surface.{strategy['surface']}") if strategy else say("report.fact.unknown"),
    )  # fmt: skip
    if setting["without_list"]:
        lists = f"{lists}. {say('report.keeps.left_out', n=setting['without_list'])}"
    sides = {row["by"]: row["side"] for row in content["results"]}
    ways = [names.way(by, sides.get(by, "shoppers")) for by in setting["by"]]
    figures = dict.fromkeys(base(row["metric"]) for row in content["results"] if row["side"] == "shoppers")
    stood = sum(significant(row.get(test)) for row in content["results"] for test in ("q", "gap_change_q"))
    until = (setting["until"] or "").removesuffix(" 00:00:00")
    since = (setting["since"] or "").removesuffix(" 00:00:00")
    told = {
        "shop": setting["shop"],
        "lists": lists,
        **keeps(setting, names),
        "compared": compared_words(setting, names),
        "groups": "; ".join(ways),
        "figures": "; ".join(names.figure(name) for name in figures) or say("report.none"),
        "since": say("report.fact.since_is", since=since) if since else say("report.fact.since_not"),
        "model": say("report.fact.model_is", model=setting["model"], until=until or "–")
        if setting["model"]
        else say("report.fact.unknown"),
        "family": say("report.fact.family_is", n=f"{content['family_size']:,}", k=f"{stood:,}"),
        "data": setting["data_hash"],
        "code": setting["code"],
        "seed": str(setting["seed"]),
        "audit": own,
    }
    rows = Html(
        "".join(tag("tr", tag("td", say(f"report.fact.{key}")), tag("td", value)) for key, value in told.items())
    )
    return tag("table", tag("tbody", rows), class_="facts")


def _short(content: Content, names: Names) -> Html:
    titles = content["setting"]["titles"]
    told = [rests_on_one(row, titles, names) for row in content["results"] if row.get("rests_on_one")]
    told += [sentence(row, names) for side, most in SHORT.items() for row in foremost(content, side, most)]
    return tag("ul", *(tag("li", each) for each in told)) if told else tag("p", names.say("report.nothing"))


def _hidden(content: Content, names: Names) -> Html:
    say, least = names.say, content["setting"]["threshold"]
    if not content["suppressed"]:
        return tag("p", say("report.hidden_none"))
    found: dict[str, list[str]] = {}
    for row in content["suppressed"]:
        if row["metric"] != "exposure":
            label = f"{names.way(row['by'])}: {names.group(row, 'shoppers')}"
            found.setdefault(label, []).append(names.figure(row["metric"]))
    parts = [tag("p", say("fairness.hidden", n=least))]
    if found:
        parts.append(tag("ul", *(tag("li", f"{label} ({'; '.join(each)})") for label, each in found.items())))
    away = sum(row["metric"] == "exposure" for row in content["suppressed"])
    if away:
        parts.append(tag("p", say("report.hidden_makers", n=f"{away:,}", least=least)))
    return joined(parts)


def _same(content: Content, names: Names) -> Html:
    say, same = names.say, {row["metric"]: row for row in content["not_personalised"]}
    if not same:
        return tag("p", say("report.same_none"))
    rows = [
        [names.figure(row["metric"]), f"{row['n']:,}", names.with_unit(row["metric"], row["value"]),
         names.with_unit(row["metric"], same[row["metric"]]["value"])]
        for row in content["overall"] if row["metric"] in same
    ]  # fmt: skip
    head = [say(f"report.column.{name}") for name in ("figure", "n", "these", "same")]
    return joined([tag("p", say("report.same_note"), class_="quiet"), grid(head, rows, numbers=3)])


def _methods(content: Content, names: Names) -> Html:
    say, setting = names.say, content["setting"]
    values = {
        "draws": f"{setting['draws']:,}", "permutations": f"{setting['permutations']:,}",
        "family": f"{content['family_size']:,}",
    }  # fmt: skip
    told = tag(
        "ul",
        *(
            tag("li", say(f"report.method.{name}", **values))
            for name in ("interval", "test", "correction", "effect", "detectable", "again")
        ),
    )
    figures = dict.fromkeys(base(row["metric"]) for row in content["results"] if row["side"] == "shoppers")
    if any(row["side"] == "providers" for row in content["results"]):
        figures["exposure"] = None
    rows = [[names.figure(name), say(f"report.formula.{name}")] for name in figures]
    return joined([told, grid([say("report.column.figure"), say("report.column.formula")], rows)])


def _sign(names: Names, signature: Signature | None) -> Html:
    say = names.say
    values = dict.fromkeys(("decision", "points", "comment", "name", "date", "signature"), "")
    if signature is not None:
        values = {
            "decision": say(f"report.{signature.decision}"),
            "points": "; ".join(signature.points) or say("report.none"),
            "comment": signature.comment or say("report.none"),
            "name": signature.author,
            "date": f"{signature.at:%Y-%m-%d %H:%M} UTC",
        }
        if signature.strategy is not None:
            name, number = signature.strategy
            values["strategy"] = say("report.version", name=name, n=number)
    rows = Html(
        "".join(tag("tr", tag("td", say(f"report.sign_by.{key}")), tag("td", value)) for key, value in values.items())
    )
    return joined(
        [tag("p", say("report.sign_note"), class_="quiet"), tag("table", tag("tbody", rows), class_="facts sign")]
    )

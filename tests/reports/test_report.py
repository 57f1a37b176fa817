"""The report of an audit: the same bytes, both languages, nothing from outside, nothing hidden told, nothing run."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.audit.facts import Saved
from engine.audit.from_strategies import audit_strategies
from engine.audit.results import Audit
from engine.bench.bench import Bench
from engine.diagnosis.baselines import BASELINES
from engine.evaluation.relevance_kept import plain_ranking
from engine.fairness import Suppressed
from engine.metrics import ndcg
from engine.reports import audit_hash, report
from engine.reports.names import in_order
from engine.reports.verdicts import foremost
from engine.strategies import Signature
from engine.strategy.strategy import Strategy

NOW = Strategy(method="mmr", diversity=0.6, k=10, pool=50)
BY = ("age", "household_size", "provider", "provider_size")


@pytest.fixture(scope="module")
def content(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    ledger = tmp_path_factory.mktemp("audits") / "told.json"
    return audit_strategies(bench, NOW, NOW.at(diversity=0.0), BY, None, ledger).plain()


def made(content: dict[str, Any], *options: Any, **more: Any) -> dict[str, bytes]:
    return report(Audit.model_validate(content), *options, **more)


def page(content: dict[str, Any], **options: Any) -> str:
    return made(content, **options)["report.html"].decode()


def cells(html: str) -> list[list[str]]:
    """The texts of every table row."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.S)
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)] for row in rows
    ]


def test_the_same_audit_gives_the_same_bytes(content: dict[str, Any]) -> None:
    again = json.loads(made(content)["audit.json"])
    for language in ("en", "zh"):
        assert made(content, language) == made(again, language)
    with pytest.raises(ValueError, match="en, zh"):
        made(content, "fr")


class Outside(HTMLParser):
    """Collects what would be fetched or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        loads = {"src", "href", "srcset", "data", "action", "style"}
        self.found += [f"{tag} {name}" for name, _ in attrs if name in loads or name.startswith("on")]
        self.found += [tag] if tag in ("script", "link", "iframe", "object", "embed", "base", "form") else []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_needs_nothing_but_itself(content: dict[str, Any], language: str) -> None:
    html, seen = page(content, language=language), Outside()
    seen.feed(html)
    assert seen.found == [] and "url(" not in html and "@import" not in html
    assert html.startswith("<!doctype html>") and f'<html lang="{language}">' in html
    assert ("公平性审查" in html) == (language == "zh")


def test_figures_are_those_of_the_audit(content: dict[str, Any]) -> None:
    rows = cells(page(content))
    told = [row for row in content["results"] if row["metric"] == "ild" and row["by"] == "age"]
    assert told
    for row in told:
        name = "not said" if row["group"] == "unknown" else row["group"]
        printed = [
            f"{row['n']:,}",
            f"{row['before']:.3f}",
            f"{row['value']:.3f} ({row['low']:.3f} … {row['high']:.3f})",
        ]
        assert any(cell[0] == name and cell[1] == printed[0] and cell[3:5] == printed[1:] for cell in rows), row[
            "group"
        ]
    for row in content["results"]:
        if row["by"] == "provider_size" and row["metric"] == "exposure":
            sold = f"{100 * row['merit']:.1f}"
            assert any(
                len(cell) > 4 and cell[1] == sold and cell[3].startswith(f"{100 * row['value']:.1f} (") for cell in rows
            )


def test_the_list_for_everybody_is_the_best_sellers(bench: Bench, content: dict[str, Any]) -> None:
    evidence = bench.evidence("all")
    owners = np.asarray(evidence.owned.sum(axis=0)).ravel()
    could = bench.history.eligible()
    best = sorted(could.tolist(), key=lambda item: (-owners[item], item))[:10]
    lists = np.tile(best, (len(bench.users), 1))
    same = {row["metric"]: row for row in content["not_personalised"]}
    assert same["ndcg"]["value"] == pytest.approx(np.nanmean(ndcg(lists, evidence.relevant)), abs=1e-9)
    assert {row["metric"] for row in content["overall"]} >= set(same)


def test_what_is_hidden_has_no_figure(content: dict[str, Any]) -> None:
    hidden = [row for row in content["suppressed"] if row["metric"] == "ild"]
    told = {(row["by"], row["group"]) for row in content["results"] if row["metric"] == "ild"}
    assert hidden and not told & {(row["by"], row["group"]) for row in hidden}
    rows = [row for row in cells(page(content)) if "hidden" in row[1:]]
    assert len(rows) == sum(row["metric"] != "exposure" for row in content["suppressed"])
    assert all(set(row[2:]) == {"–"} for row in rows)


def test_names_of_the_shop_are_text_and_nothing_else(content: dict[str, Any]) -> None:
    evil = '<script>alert("x")</script>'
    spoilt = json.loads(json.dumps(content))
    spoilt["setting"]["shop"] = evil
    for row in spoilt["results"]:
        row["group"] = evil if row["by"] in ("age", "provider") and row["group"] != "(all)" else row["group"]
    files = made(spoilt)
    assert b"<script" not in files["report.html"] and b"&lt;script&gt;" in files["report.html"]
    formula = json.loads(json.dumps(content))
    formula["results"][0]["group"] = "=1+1"
    assert b"'=1+1" in made(formula)["results.csv"]


def test_a_signature_is_printed_in_the_report_it_is_of(content: dict[str, Any]) -> None:
    signed = Signature(
        "shop",
        audit_hash(Audit.model_validate(content)),
        "signed",
        "Ann <auditor>",
        "read twice",
        ("Gaps read",),
        datetime(2026, 11, 2, tzinfo=UTC),
    )
    html = page(content, signature=signed)
    assert "Ann &lt;auditor&gt;" in html and "Gaps read" in html and "2026-11-02 00:00 UTC" in html
    assert "Ann" not in page(content)
    refused = page(content, signature=replace(signed, decision="refused"), language="zh")
    assert "未签署" in refused
    with pytest.raises(ValueError, match="signature is of"):
        made({**content, "family_size": 1}, signature=signed)


def test_groups_stand_as_people_count() -> None:
    names = ["unknown", "250K+", "15-24K", "Under 15K", "100-124K", "25-34K", "free"]
    ordered = [row.group for row in in_order(Suppressed(by="income", group=name, metric="ild") for name in names)]
    assert ordered == ["Under 15K", "15-24K", "25-34K", "100-124K", "250K+", "free", "unknown"]


def test_the_sentences_at_the_top_speak_of_the_largest_effects(content: dict[str, Any]) -> None:
    for side in ("shoppers", "providers"):
        rows = foremost(Audit.model_validate(content), side, 3)
        sure = [row.q <= 0.05 for row in rows]
        assert rows and sure == sorted(sure, reverse=True)
        assert all(row.group != "(others)" for row in rows)


def test_a_file_that_says_nothing_of_its_strategy(content: dict[str, Any], tmp_path: Path) -> None:
    unknown = json.loads(json.dumps(content))
    unknown["setting"] |= {"strategy": None, "baseline_strategy": None, "model": None, "terms": None, "until": None}
    assert "not recorded in the file" in page(unknown)


@pytest.mark.parametrize(("against", "reference"), [("plain", "without rules"), ("ruled", "with these rules")])
@pytest.mark.parametrize(("metric", "words"), [("ndcg", "relevance (nDCG)"), ("revenue", "revenue")])
def test_a_floor_says_what_it_keeps_and_of_what(
    content: dict[str, Any], metric: str, words: str, against: str, reference: str
) -> None:
    kept = json.loads(json.dumps(content))
    floor = {"metric": metric, "keep": 0.95} | ({"against": "plain"} if against == "plain" else {})
    kept["setting"]["strategy"]["floor"] = floor
    first = first_page(page(kept))
    assert f"keep 95% of the {words}" in first and reference in first


def first_page(html: str) -> str:
    """The report up to its second part."""
    return html[: [found.start() for found in re.finditer("<h2", html)][1]]


RULED: dict[str, Any] = {
    "constraints": [{"facet": "category", "max": 2, "first": 5}, {"item_ids": ["A1", "B2"], "min": 1}],
    "rules": [
        {"kind": "pin", "item_id": "A1", "position": 1, "starts": "2026-12-01", "ends": "2026-12-24"},
        {"kind": "hide", "facet": "brand", "value": "Acme", "segment": {"by": "age", "group": "19-24"}},
        {"kind": "favour", "column": "margin", "strength": "strong", "surfaces": ["new"]},
    ],
    "overrides": {
        "segments": [{"segment": {"by": "history", "group": "light"}, "diversity": 0.05}],
        "personal": {"strength": 0.5},
        "policies": [{"name": "Staples", "facet": "category", "values": ["MILK", "EGGS"], "diversity": 0.1}],
        "guard": {"key": "facet_narrowing:category", "least": 0.8, "up_to": 0.9},
    },
}


def ruled(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = json.loads(json.dumps(content))
    found["setting"]["strategy"] |= RULED
    saved = {"name": "Winter", "version": 3, "saved_at": "2026-11-02T08:00:00+00:00", "author": "Ann"}
    found["setting"] |= {"saved": saved, "titles": {"A1": "Oat milk"}} | more
    return found


def test_the_first_page_spells_out_all_that_lists_keep_to(content: dict[str, Any]) -> None:
    kept = {"ndcg": {"plain": [0.773, 0.74, 0.80], "ruled": [0.994, 0.98, 1.01], "n": 88}}
    told = first_page(page(ruled(content, kept=kept)))
    for words in (
        "Winter, version 3, saved on 2026-11-02 (UTC) by Ann",
        "At most 2 of one category in the first 5 places.",
        "At least 1 of Oat milk (A1), B2.",
        "Oat milk (A1) in place 1 · 2026-12-01 to 2026-12-24.",
        "Hide Acme · only for age: 19-24.",
        "Favour high margins, strongly · only in new to you.",
        "Shoppers with purchases so far “the third with fewest”: λ 0.05.",
        "λ follows how varied each shopper&#39;s purchases are, at 50% strength",
        "“Staples”, lists mostly of category MILK, EGGS: λ 0.1.",
        "is below 0.8, λ rises, up to 0.9",
        "77.3% (74.0 to 80.0) of the plain ranking (λ 0, no rules)",
        "99.4% (98.0 to 101.0) of the ranking with the rules",
        "88 shoppers",
    ):
        assert words in told, words
    chinese = first_page(page(ruled(content, kept=kept), language="zh"))
    for words in ("Winter 第 3 版", "“Oat milk (A1)”放在第 1 位", "不含规则的排序（λ 0）的 77.3%", "品类最多 2 个"):
        assert words in chinese, words


def test_no_rules_are_said_to_be_none(content: dict[str, Any]) -> None:
    told = dict(row for row in cells(first_page(page(content))) if len(row) == 2)
    assert told["Rules"] == told["Exceptions"] == told["Floors"] == "none"


def test_a_weight_is_called_one_only_where_lambda_is(content: dict[str, Any]) -> None:
    mmr = page(content)
    assert "40% relevance and 60% variety" in first_page(mmr)
    other = json.loads(json.dumps(content))
    other["setting"]["strategy"]["method"] = "dpp"
    html = page(other)
    assert "λ is not a weight" in first_page(html) and "60% variety" not in html and "<td>60%</td>" not in html


@pytest.mark.parametrize("by", [("provider_size",), ("age",)])
def test_every_audit_names_its_baseline_also_one_of_makers_alone(bench: Bench, tmp_path: Path, by: tuple[str]) -> None:
    pin = {"kind": "pin", "item_id": str(bench.history.items["item_id"].iat[int(bench.model.items[0])]), "position": 1}
    now = Strategy.checked(NOW.model_dump() | {"rules": [pin]}, "test")
    names = {"plain": "Relevance alone: λ 0, no rules", "ruled": "Rules kept: λ 0 with your rules"}
    for kind, make in BASELINES.items():
        found = audit_strategies(bench, now, make(now), by, None, tmp_path / kind / "told.json").plain()
        assert found["setting"]["baseline_kind"] == kind
        assert found["setting"]["kept"]["ndcg"].keys() == {"plain", "ruled", "n"}
        html = page(found)
        assert names[kind] in first_page(html) and f"Before: {names[kind]}" in html
    other = now.at(method="msd")
    saved = (None, Saved("Autumn", 2, "2026-10-01T00:00:00+00:00", "Bo"))
    found = audit_strategies(bench, now, other, by, None, tmp_path / "other" / "told.json", saved=saved).plain()
    assert found["setting"]["baseline_kind"] is None
    first = first_page(page(found))
    assert "Autumn, version 2" in first and "MSD, λ 0.6" in first


@pytest.mark.parametrize("language", ["en", "zh"])
def test_spread_is_named_where_the_method_is(bench: Bench, tmp_path: Path, language: str) -> None:
    floor = {"metric": "ndcg", "keep": 0.5}
    now = NOW.at(spread=0.3, floor=floor)
    alone = now.at(spread=0.0, floor=None)
    found = audit_strategies(bench, now, alone, ("age",), ["ild"], tmp_path / "told.json").plain()
    html = page(found, language=language)
    first = first_page(html)
    for words in {
        "en": ("Spread between shoppers σ 0.3", "would cost 30%", "Spread between shoppers (σ)", "λ and σ are together",
               "Before: The same at σ 0"),
        "zh": ("顾客间分散度 σ 0.3", "30%", "顾客间分散度（σ）", "λ 与 σ（同比例）", "对照：其余相同，σ 为 0"),
    }[language]:  # fmt: skip
        assert words in html, words
    assert "σ 0.3" in first
    plain = page(audit_strategies(bench, alone, None, ("age",), ["ild"], tmp_path / "a" / "told.json").plain())
    assert "σ" not in plain.replace("Σ", "")


def test_the_pin_of_the_strategy_is_flagged_and_named(bench: Bench, tmp_path: Path) -> None:
    """One product of a small maker pinned first: the attention of small makers rests on it, and the report says so."""
    codes = bench.evidence("all").facets["provider"][0]
    sold = np.bincount(bench.history.positives()["item"].to_numpy(), minlength=bench.history.n_items)
    could = [int(item) for item in bench.history.eligible() if codes[item] >= 0]
    makers = np.bincount(codes[could], sold[could])
    item = min(could, key=lambda each: (makers[codes[each]] / max(np.sum(codes[could] == codes[each]) > 1, 0.01), each))
    name = str(bench.history.items["item_id"].iat[item])
    rule = {"kind": "pin", "item_id": name, "position": 1}
    now = Strategy.checked(NOW.model_dump() | {"rules": [rule]}, "test")
    found = audit_strategies(bench, now, plain_ranking(now), ("provider_size",), None, tmp_path / "told.json").plain()
    rows = {row["group"]: row for row in found["results"] if row["metric"] == "exposure"}
    small = rows["small"]
    assert small["rests_on_one"] and small["top_item"] == name and small["without_top"] < small["value"] / 2
    title = str(bench.history.items["title"].iat[item])
    assert found["setting"]["titles"][name] == title
    assert title.replace("'", "&#39;").replace("&", "&amp;")[:10] in page(found) and "rests on one product" in page(
        found
    )


def test_what_a_plot_leaves_out_is_told(content: dict[str, Any]) -> None:
    many = json.loads(json.dumps(content))
    row = next(row for row in many["results"] if row["side"] == "shoppers" and row["metric"] == "ild")
    many["results"] += [{**row, "group": f"group {number}"} for number in range(50)]
    html = page(many)
    told = [int(n) for n in re.findall(r"(\d+) more are in the table", html)]
    assert told and "group 49" in html

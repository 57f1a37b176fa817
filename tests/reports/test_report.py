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

from engine.experiments.audit_strategies import audit_strategies
from engine.experiments.bench import Bench
from engine.experiments.strategy import Strategy
from engine.metrics import ndcg
from engine.reports import audit_hash, report
from engine.reports.names import in_order
from engine.reports.verdicts import foremost
from engine.strategies import Signature

NOW = Strategy(method="mmr", diversity=0.6, k=10, pool=50)
BY = ("age", "household_size", "provider", "provider_size")


@pytest.fixture(scope="module")
def content(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    ledger = tmp_path_factory.mktemp("audits") / "told.json"
    return audit_strategies(bench, NOW, NOW.at(diversity=0.0), BY, None, ledger)


def page(content: dict[str, Any], **options: Any) -> str:
    return report(content, **options)["report.html"].decode()


def cells(html: str) -> list[list[str]]:
    """The texts of every table row."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.S)
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)] for row in rows
    ]


def test_the_same_audit_gives_the_same_bytes(content: dict[str, Any]) -> None:
    again = json.loads(report(content)["audit.json"])
    for language in ("en", "zh"):
        assert report(content, language) == report(again, language)
    with pytest.raises(ValueError, match="en, zh"):
        report(content, "fr")


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
    made = report(spoilt)
    assert b"<script" not in made["report.html"] and b"&lt;script&gt;" in made["report.html"]
    formula = json.loads(json.dumps(content))
    formula["results"][0]["group"] = "=1+1"
    assert b"'=1+1" in report(formula)["results.csv"]


def test_a_signature_is_printed_in_the_report_it_is_of(content: dict[str, Any]) -> None:
    signed = Signature(
        "shop",
        audit_hash(content),
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
        report({**content, "family_size": 1}, signature=signed)


def test_groups_stand_as_people_count() -> None:
    names = ["unknown", "250K+", "15-24K", "Under 15K", "100-124K", "25-34K", "free"]
    ordered = [row["group"] for row in in_order({"group": name} for name in names)]
    assert ordered == ["Under 15K", "15-24K", "25-34K", "100-124K", "250K+", "free", "unknown"]


def test_the_sentences_at_the_top_speak_of_the_largest_effects(content: dict[str, Any]) -> None:
    for side in ("shoppers", "providers"):
        rows = foremost(content, side, 3)
        sure = [bool((row["q"] or 1) <= 0.05) for row in rows]
        assert rows and sure == sorted(sure, reverse=True)
        assert all(row["group"] != "(others)" for row in rows)


def test_a_file_that_says_nothing_of_its_strategy(content: dict[str, Any], tmp_path: Path) -> None:
    unknown = json.loads(json.dumps(content))
    unknown["setting"] |= {"strategy": None, "baseline_strategy": None, "model": None, "terms": None, "until": None}
    assert "not recorded in the file" in page(unknown)


def test_a_floor_is_called_by_what_it_keeps(content: dict[str, Any]) -> None:
    kept = json.loads(json.dumps(content))
    for metric, words, other in (
        ("ndcg", "Relevance kept", "Revenue kept"),
        ("revenue", "Revenue kept", "Relevance kept"),
    ):
        kept["setting"]["strategy"]["floor"] = {"metric": metric, "keep": 0.95}
        html = page(kept)
        assert html.count(words) == 2 and other not in html and "at least 95.0%" in html


def test_what_a_plot_leaves_out_is_told(content: dict[str, Any]) -> None:
    many = json.loads(json.dumps(content))
    row = next(row for row in many["results"] if row["side"] == "shoppers" and row["metric"] == "ild")
    many["results"] += [{**row, "group": f"group {number}"} for number in range(50)]
    html = page(many)
    told = [int(n) for n in re.findall(r"(\d+) more are in the table", html)]
    assert told and "group 49" in html

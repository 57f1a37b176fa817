"""The report of an audit: HTML to read, print and sign, JSON and CSV to go on with."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from engine.data.storage.files import for_json
from engine.exports.tables import guarded
from engine.reports.markup import Html, joined, tag
from engine.reports.names import Names
from engine.reports.sections import sections
from engine.strategies import Signature
from engine.words import speaker

Content = dict[str, Any]
WHOLE = ("question", "short", "same", "limits", "sign")  # parts that stay on one printed page
STYLE = Path(__file__).with_name("style.css")


def report(content: Content, language: str = "en", signature: Signature | None = None) -> dict[str, bytes]:
    """report.html, audit.json and results.csv of what `audit` told; the same content gives the same bytes.

    The page needs nothing but itself, and holds no script. Raises ValueError for a language that is not spoken, or a
    signature of another audit.
    """
    names, told = Names(speaker(language)), as_json(content)
    own = hashlib.sha256(told).hexdigest()
    if signature is not None and signature.audit != own:
        raise ValueError(f"this signature is of the audit {signature.audit}, not of {own}")
    return {
        "report.html": _page(content, names, own, language, signature).encode(),
        "audit.json": told,
        "results.csv": as_csv(content["results"]),
    }


def audit_hash(content: Content) -> str:
    """SHA-256 of audit.json, by which signatures name an audit."""
    return hashlib.sha256(as_json(content)).hexdigest()


def as_json(content: Content) -> bytes:
    """The audit as JSON; what is not known is null."""
    return (json.dumps(for_json(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """The results as CSV. Names from the shop's files that start like a formula get an apostrophe."""
    safe = [{name: guarded(cell) if isinstance(cell, str) else cell for name, cell in row.items()} for row in rows]
    return pd.DataFrame(safe).to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _page(content: Content, names: Names, own: str, language: str, signature: Signature | None) -> str:
    say = names.say
    title = say("report.title", shop=content["setting"]["shop"])
    body = [tag("h1", title), tag("p", say("report.lead"), class_="quiet")]
    for key, part in sections(content, names, own, signature):
        heading = tag("h2", say("fairness.gap" if key == "limits" else f"report.part.{key}"))
        body.append(tag("section", heading, part, class_="whole" if key in WHOLE else "long"))
    head = [
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("title", title), tag("style", Html(STYLE.read_text(encoding="utf-8"))),
    ]  # fmt: skip
    return "<!doctype html>\n" + tag("html", tag("head", *head), "\n", tag("body", joined(body)), lang=language) + "\n"

"""The report of an audit: HTML to read, print and sign, JSON and CSV to go on with."""

import hashlib
import json
from typing import Any

import pandas as pd

from engine.audit.results import Audit, PrivateAudit
from engine.data.storage.files import for_json
from engine.exports.tables import guarded
from engine.reports.names import Names
from engine.reports.page import page
from engine.strategies import Signature
from engine.words import speaker


def report(content: Audit, language: str = "en", signature: Signature | None = None) -> dict[str, bytes]:
    """report.html, audit.json and results.csv of what `audit` told; the same content gives the same bytes.

    Raises as `as_html` does.
    """
    return {"report.html": as_html(content, language, signature), **as_data(content)}


def as_html(content: Audit, language: str = "en", signature: Signature | None = None) -> bytes:
    """The audit as a page, which needs nothing but itself and holds no script.

    Raises ValueError for a language that is not spoken, or a signature of another audit.
    """
    names, own = Names(speaker(language)), audit_hash(content)
    if signature is not None and signature.audit != own:
        raise ValueError(f"this signature is of the audit {signature.audit}, not of {own}")
    return page(content, names, own, language, signature).encode()


def as_data(content: Audit | PrivateAudit) -> dict[str, bytes]:
    """What a report holds besides its page: audit.json and results.csv."""
    return {"audit.json": as_json(content), "results.csv": as_csv([row.plain() for row in content.results])}


def audit_hash(content: Audit) -> str:
    """SHA-256 of audit.json, by which signatures name an audit."""
    return hashlib.sha256(as_json(content)).hexdigest()


def as_json(content: Audit | PrivateAudit) -> bytes:
    """The audit as JSON; what is not known is null."""
    return (json.dumps(for_json(content.plain()), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """The results as CSV. Names from the shop's files that start like a formula get an apostrophe."""
    safe = [{name: guarded(cell) if isinstance(cell, str) else cell for name, cell in row.items()} for row in rows]
    return pd.DataFrame(safe).to_csv(index=False, lineterminator="\n").encode("utf-8-sig")

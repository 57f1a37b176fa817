"""Reports of audits: to read, to print, to sign."""

from engine.reports.report import as_csv, as_data, as_html, as_json, audit_hash, report

__all__ = ["as_csv", "as_data", "as_html", "as_json", "audit_hash", "report"]

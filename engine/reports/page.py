"""The page of a report: its templates, filled with what the parts say. Whatever is filled in is escaped."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.audit.results import Audit
from engine.reports.names import Names
from engine.reports.sections import sections
from engine.strategies import Signature

ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
)  # fmt: skip


def page(content: Audit, names: Names, own: str, language: str, signature: Signature | None) -> str:
    """The whole document as HTML. own: the audit's SHA-256."""
    title = names.say("report.title", shop=content.setting.shop)
    values = sections(content, names, own, signature)
    return ENVIRONMENT.get_template("report.html").render(say=names.say, language=language, title=title, **values)

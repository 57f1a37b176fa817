"""Saved strategies in words and in JSON, for the command line."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from engine.strategies import Event, Version


def told(version: Version) -> str:
    """A version in one line."""
    saved = f"{version.created_at:%Y-%m-%d %H:%M}"
    return f"{version}: {status(version)}, {version.surface}, saved {saved}, {signed(version)}"


def status(one: Version | Event) -> str:
    return f"{one.status} {one.window}" if one.window.scheduled else one.status


def signed(one: Version | Event) -> str:
    """Who, and why if she said so."""
    comment = " / ".join(one.comment.splitlines())
    return f"by {one.author}" + (f": {comment}" if comment else "")


def record(one: Version | Event) -> dict[str, Any]:
    """All fields, for JSON; moments as ISO 8601 in UTC."""
    fields: dict[str, Any] = json.loads(json.dumps(asdict(one), default=datetime.isoformat))
    return fields | ({"content": json.loads(one.content)} if isinstance(one, Version) else {})

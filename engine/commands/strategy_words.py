"""The options of `strategies`, and what it says, in words and in JSON."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.strategies import Event, Version

OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"required": True, "help": "the strategy's name"},
    "any-name": {"dest": "name", "help": "one strategy's name (default: all)"},
    "strategy": {"type": Path, "required": True, "help": "strategy JSON"},
    "version": {"type": int, "required": True, "help": "number of the version"},
    "any-version": {"dest": "version", "type": int, "help": "number of the version (default: the newest)"},
    "against": {"type": int, "required": True, "help": "number of the other version"},
    "against-name": {"help": "the other strategy's name (default: the same)"},
    "author": {"help": "who does this (default: the user of this computer)"},
    "comment": {"default": "", "help": "why"},
    "expected": {"type": int, "help": "the last version you have seen, 0 = none; refuse if there is a newer one"},
    "model": {"help": "the model it was judged on (default: the one that makes this shop's lists)"},
    "until": {"help": "the model's cut-off (default: the one of the pages)"},
    "starts": {"help": "live from this moment (UTC), such as 2026-12-01 or 2026-12-01T08:00"},
    "from": {"help": "the shop to go on with (default: what was saved under the name of this folder)"},
    "ends": {"help": "live until this moment (UTC)"},
}


def summary(version: Version) -> str:
    """A version in one line."""
    saved = f"{version.created_at:%Y-%m-%d %H:%M}"
    return f"{version}: {status(version)}, {version.surface}, saved {saved}, {signed(version)}"


def status(entry: Version | Event) -> str:
    return f"{entry.status} {entry.window}" if entry.window.scheduled else entry.status


def signed(entry: Version | Event) -> str:
    """Who did it, and why, if they gave a reason."""
    comment = " / ".join(entry.comment.splitlines())
    return f"by {entry.author}" + (f": {comment}" if comment else "")


def record(entry: Version | Event) -> dict[str, Any]:
    """All fields, for JSON; moments as ISO 8601 in UTC."""
    fields: dict[str, Any] = json.loads(json.dumps(asdict(entry), default=datetime.isoformat))
    return fields | ({"content": json.loads(entry.content)} if isinstance(entry, Version) else {})

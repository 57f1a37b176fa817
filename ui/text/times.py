"""Moments in the time zone of whoever looks."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def zone() -> tuple[tzinfo, str]:
    """The browser's time zone and its name; UTC where it does not tell."""
    name = st.context.timezone or "UTC"
    try:
        return ZoneInfo(name), name
    except (ZoneInfoNotFoundError, ValueError):
        return UTC, "UTC"


def local(moment: datetime) -> str:
    """A moment as people read it, in their own time zone; `zone` names it."""
    return f"{moment.astimezone(zone()[0]):%Y-%m-%d %H:%M}"

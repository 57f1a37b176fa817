"""Moments in the time zone of the user, and durations."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from ui.text.words import t


def zone() -> tuple[tzinfo, str]:
    """The browser's time zone and its name; UTC if the browser does not send it."""
    name = st.context.timezone or "UTC"
    try:
        return ZoneInfo(name), name
    except (ZoneInfoNotFoundError, ValueError):
        return UTC, "UTC"


def local(moment: datetime) -> str:
    """A moment in the user's time zone, formatted; `zone` adds the name of the zone."""
    return f"{moment.astimezone(zone()[0]):%Y-%m-%d %H:%M}"


def span(seconds: float) -> str:
    """A duration in words."""
    if seconds < 90:
        return t("duration.seconds", n=max(round(seconds), 1))
    if seconds < 5_400:
        return t("duration.minutes", n=round(seconds / 60))
    return t("duration.hours", n=f"{seconds / 3_600:.1f}")

"""Colours and type for what Streamlit does not draw itself. The same values as `.streamlit/config.toml`."""

from dataclasses import dataclass

import streamlit as st

FONT = "Hanken Grotesk, Source Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"


@dataclass(frozen=True)
class Palette:
    """One appearance. `now` is the setting in use, `before` is no diversity, `warn` is a loss or a warning."""

    background: str
    text: str
    muted: str
    border: str
    now: str
    before: str
    warn: str
    third: str  # a third list in a comparison


LIGHT = Palette("#FFFFFF", "#1F2421", "#5A615D", "#E2E5E2", "#00735A", "#848B87", "#B84F00", "#0072B2")
DARK = Palette("#131715", "#E9EDEA", "#A9B2AD", "#2C3430", "#3DBE98", "#7F8984", "#F08A3C", "#56B4E9")


def palette() -> Palette:
    """The palette of the appearance the browser shows."""
    return DARK if _appearance() == "dark" else LIGHT


# Okabe & Ito's colours, safe for colour-blind eyes; green is kept for the setting in use.
_CATEGORIES = {
    "light": ("#E69F00", "#D55E00", "#56B4E9", "#0072B2", "#CC79A7"),
    "dark": ("#E69F00", "#F08A3C", "#56B4E9", "#F0E442", "#CC79A7"),
}
_SEQUENCE = {"light": ("#8CCDBB", "#2E9C80", "#00513F"), "dark": ("#1F6B55", "#2FA081", "#8BF0D0")}


def _appearance() -> str:
    return "dark" if st.context.theme.type == "dark" else "light"


def categories() -> tuple[str, ...]:
    """Colours of categories without an order."""
    return _CATEGORIES[_appearance()]


def sequence() -> tuple[str, ...]:
    """Colours of an ordered scale, from low to high."""
    return _SEQUENCE[_appearance()]

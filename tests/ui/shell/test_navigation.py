"""The way in by a deep link, before app.py has led."""

import pytest
import streamlit as st

from ui.shell import navigation


def test_the_tab_has_our_icon_before_any_navigation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Navigation without a page's configuration makes the browser ask Google's font host for an icon."""
    said: list[str] = []
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "set_page_config", lambda **given: said.append(str(given["page_icon"])))
    monkeypatch.setattr(st, "navigation", lambda pages: said.append("navigation"))
    monkeypatch.setattr(st, "rerun", lambda: said.append("rerun"))
    monkeypatch.setattr(navigation, "_page", lambda *entry: None)
    monkeypatch.setattr(navigation.state, "arrive", lambda page: None)
    navigation.enter("data")
    assert said == ["static/icon.svg", "navigation", "rerun"]

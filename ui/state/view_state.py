"""The view of this session: what the user has set, kept for the session and in the URL, so that every view is a link.

Widgets are tied to it by `widget` and `options.setting`.
"""

from contextlib import suppress
from typing import Any

import streamlit as st

from ui.state.view import DEFAULTS, View

KEPT = ("lang", "shop")  # what a fresh view of the shop keeps


def view() -> View:
    """Everything that is set now."""
    current: View = st.session_state.get("view", DEFAULTS)
    return current


def put(**changes: Any) -> None:
    """Change some settings. Raises ValueError for a value that a link could not hold."""
    st.session_state["view"] = view().with_(**changes)


def put_default(*names: str) -> None:
    """Take some settings back to their default."""
    put(**{name: getattr(DEFAULTS, name) for name in names})


def reset() -> None:
    """Every setting at its default, in the same language and shop."""
    st.session_state["view"] = _fresh()


def widget(name: str, value: Any = None, key: str | None = None) -> dict[str, Any]:
    """Arguments that tie a widget to a setting: its key, and a callback that keeps what the user chose.

    value: what it shows, if not the setting's value. key: if not the setting's name (see `options`).
    """
    key = tied(key or name, getattr(view(), name) if value is None else value, anew=True)
    return {"key": key, "on_change": lambda: _keep(name, st.session_state[key])}


def _keep(name: str, value: Any) -> None:
    """Keep what the user chose, if a link may hold it too; an emptied field is at its default."""
    with suppress(ValueError):
        put(**{name: getattr(DEFAULTS, name) if value is None else value})


def tied(key: str, value: Any, anew: bool = False) -> str:
    """A widget's key, when the widget is to show a value that a link, or something else on the page, may have set.

    The widget's state is set only where it shows another value: setting it on every run would undo what the user does
    while a run is on its way. anew: also on a new page.
    """
    new_page = anew and st.session_state.get("_new_page")
    if new_page or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def seeded(key: str, wanted: Any) -> str:
    """A key of a form's field, which shows what is declared where the page is new or a link declared something else;
    else what the user is choosing."""
    if st.session_state.get("_new_page") or st.session_state.get(f"_seed_{key}") != wanted:
        st.session_state[key] = wanted
    st.session_state[f"_seed_{key}"] = wanted
    return key


def unseeded(key: str) -> None:
    """Let the next run set the field to the declared value again, which may correct the choice."""
    st.session_state.pop(f"_seed_{key}", None)


def arrive(page: str) -> None:
    """Remember the page that is run, and whether the user just came to it: its widgets are new then."""
    st.session_state["_new_page"] = st.session_state.get("_page") != page
    st.session_state["_page"] = page


def read_url() -> None:
    """Take over settings from the URL when it is not the one we wrote last: a link was opened, or Back pressed."""
    url = dict(st.query_params)
    written = st.session_state.get("_url")
    if url == written or (written is not None and not url):  # the sidebar's links carry no settings: keep ours
        return
    st.session_state["view"] = View.of_link(url)


def write_url() -> None:
    """Put every setting that is not at its default into the URL."""
    url = link()
    moved = url != st.session_state.get("_url", url)  # a link to the page in view does not change the browser's address
    if url != dict(st.query_params) or moved:
        st.query_params.from_dict(url)
    st.session_state["_url"] = url
    st.session_state["_new_page"] = False


def link(**changes: Any) -> dict[str, str]:
    """Query parameters of the present view, with some settings changed; those are always said."""
    return view().with_(**changes).link(*changes)


def fresh_link(**settings: Any) -> dict[str, str]:
    """Query parameters of a view of this shop with these settings, and every other one at its default."""
    return _fresh().with_(**settings).link(*settings)


def _fresh() -> View:
    return DEFAULTS.with_(**{name: getattr(view(), name) for name in KEPT})

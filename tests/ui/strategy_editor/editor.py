"""How tests drive the strategy editor on Tune."""

from streamlit.testing.v1 import AppTest

from tests.ui.harness import fine, open_page
from ui.text.words import table


def tune_with_editor(**query: str) -> AppTest:
    """Tune with the editor open."""
    return go(open_page("tune", **query))


def go(app: AppTest) -> AppTest:
    """Run the page; the editor stays open, which a test cannot tell as a browser does."""
    app.session_state["desk"] = True
    return fine(app.run())


def label(key: str, lang: str = "en") -> str:
    return table()[key][lang]

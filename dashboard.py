"""The dashboard as a web server: `streamlit run dashboard.py` serves `app.py`, and tells browsers where the server is.

Without that, Streamlit's browser part that is opened at the address of a page, `/tune`, first looks for a server at
`/tune/_stcore`, and two errors stand in the browser's console.
"""

from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit import config
from streamlit.starlette import App

from ui.navigation import SECTIONS

INDEX = Path(streamlit.__file__).with_name("static") / "index.html"
HEAD = "<head>"
TOLD = '<script>window.__streamlit = {BACKEND_BASE_URL: new URL(".", window.location.href).href}</script>'


async def page(_request: Request) -> HTMLResponse:
    """Streamlit's own page, told first that its server is where the page's last part is left out."""
    index = INDEX.read_text(encoding="utf-8").replace(HEAD, HEAD + TOLD, 1)
    return HTMLResponse(index, headers={"Cache-Control": "no-cache"})


def _address(name: str) -> str:
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/{name}" if base else f"/{name}"


app = App("app.py", routes=[Route(_address(name), page) for part in SECTIONS.values() for name in part])

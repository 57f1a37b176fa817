"""The dashboard as a web server: `streamlit run dashboard.py` serves `app.py`, and tells browsers where the server is.

Without that, Streamlit's browser part that is opened at the address of a page, `/tune`, first looks for a server at
`/tune/_stcore`, and two errors stand in the browser's console.
"""

from contextlib import suppress
from pathlib import Path

import streamlit
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect, WebSocketDisconnected
from streamlit import config
from streamlit.starlette import App

from ui.shell.navigation import SECTIONS

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


class Leaving:
    """A browser that leaves while it is being answered is no fault, and is not logged as one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = (WebSocketDisconnect, WebSocketDisconnected) if scope["type"] == "websocket" else ()
        with suppress(*left):
            await self._app(scope, receive, send)


PAGES = [Route(_address(name), page) for part in SECTIONS.values() for name in part]
app = App("app.py", routes=PAGES, middleware=[Middleware(Leaving)])

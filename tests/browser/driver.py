"""A tab as a user drives it: open, wait until it rests, move a control, read what is shown."""

import re
import time
from collections.abc import Callable
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

WAIT = 90_000  # milliseconds at most for any page to come to rest: several browsers share the machine
SENT = 250  # milliseconds after which a control has sent its change; Streamlit's sliders wait for 200
DRAWN = """() => {
    const app = document.querySelector('[data-testid=stApp]')
    return app && app.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton], [data-stale=true]')
}"""
SETTLED = """() => new Promise(done => {
    const wait = () => setTimeout(finish, 100)
    const observer = new MutationObserver(() => { clearTimeout(timer); timer = wait() })
    const finish = () => { observer.disconnect(); done() }
    let timer = wait()
    observer.observe(document.body, {subtree: true, childList: true})
    setTimeout(finish, 5000)
})"""  # elements come after their run, some with code that is loaded for them
GO = """link => {
    history.pushState(null, '', link)
    dispatchEvent(new PopStateEvent('popstate'))
}"""


class Runs:
    """Whether the server owes the tab a run of its script, by what the two say to each other: a busy server may begin
    its answer late, and nothing on the page tells that it will.
    """

    def __init__(self, page: Any) -> None:
        self.page, self.asked, self.running, self.begun = page, False, False, 0
        page.on("websocket", self._listen)

    def ignore(self) -> None:
        """Listen to the page no more."""
        self.page.remove_listener("websocket", self._listen)

    @property
    def over(self) -> bool:
        return not self.asked and not self.running

    def _listen(self, socket: Any) -> None:
        self.asked, self.running = True, False  # a new connection asks for its first run
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).HasField("rerun_script"):
            self.asked = True

    def _received(self, frame: str | bytes) -> None:
        if not isinstance(frame, bytes):
            return
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.asked, self.running, self.begun = False, True, self.begun + 1
        elif kind == "script_finished":
            self.running = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Tab:
    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        self.console_errors: list[str] = []
        self.runs = Runs(page)
        page.on("pageerror", self._fault)
        page.on("console", self._told)
        page.set_default_timeout(WAIT)

    def _fault(self, error: Any) -> None:
        self.faults.append(str(error))

    def _told(self, message: Any) -> None:
        if message.type == "error":
            self.console_errors.append(message.text)

    def open(self, path: str = "") -> "Tab":
        """Open a page and wait until its results are there."""
        self.page.goto(f"{self.address}/{path}")
        self.page.locator("[data-card], .st-key-preparing").first.wait_for()
        preparing = self.page.locator(".st-key-preparing")
        preparing.wait_for(state="detached", timeout=4 * WAIT)  # kernels may be compiled
        self.page.locator("[data-card]").first.wait_for()
        self.rest()
        while preparing.count():  # a page that is being prepared shows its cards before it says so
            preparing.wait_for(state="detached", timeout=4 * WAIT)
            self.rest()
        return self

    def go(self, path: str) -> "Tab":
        """Go to a link as Back and Forward do: within the open app, whose code is not loaded again.

        The session stays the same, so a link without any setting keeps what is set.
        """
        begun = self.runs.begun
        self.page.evaluate(GO, f"{self.address}/{path}")
        assert self.until(lambda: self.runs.begun > begun), f"the app never answered the link {path}"
        return self.rest()

    def leave(self) -> None:
        """Leave the app and forget what the browser keeps of it."""
        if self.page.url.startswith(self.address):
            self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        self.page.goto("about:blank")
        self.page.remove_listener("pageerror", self._fault)
        self.page.remove_listener("console", self._told)
        self.runs.ignore()

    def rest(self) -> "Tab":
        """Wait until nothing runs, nothing will run, and all is drawn."""
        end = time.monotonic() + 4 * WAIT / 1000
        while True:
            self.page.wait_for_timeout(SENT)
            begun = self.runs.begun
            self.page.wait_for_function(DRAWN)
            self.page.evaluate(SETTLED)
            if self.runs.over and self.runs.begun == begun and self.page.evaluate(DRAWN):
                break
            assert time.monotonic() < end, "the page never came to rest"
        assert self.page.locator("[data-testid=stException]").count() == 0, self.text()
        return self

    def until(self, holds: Callable[[], bool]) -> bool:
        """Wait until something holds: a busy server may begin its answer late. False where it never does."""
        for _ in range(WAIT // 250):
            if holds():
                return True
            self.page.wait_for_timeout(250)
        return holds()

    def text(self) -> str:
        return str(self.page.inner_text("[data-testid=stMain]"))

    def results(self) -> str:
        """Everything the page shows as a result: cards, lists, tables, chart texts; not controls or badges."""
        parts = []
        for selector in (".cards", ".list-root", "[data-testid=stTable]", ".js-plotly-plot"):
            found = self.page.locator(selector)
            for number in range(found.count()):
                parts.append(found.nth(number).inner_text() or found.nth(number).text_content())
        charts = self.page.evaluate(
            "() => [...document.querySelectorAll('.js-plotly-plot')]"
            ".map(chart => JSON.stringify(chart.data.map(line => [line.x, line.y])))"
        )
        return "\n".join(parts + charts)

    def cards(self) -> dict[str, list[str]]:
        """The values printed on the metric cards, by card."""
        found = self.page.locator("[data-card]")
        return {
            found.nth(n).get_attribute("data-card"): [
                re.split(r"\s", value)[0] for value in found.nth(n).locator(".value").all_inner_texts()
            ]
            for n in range(found.count())
        }

    def items(self) -> list[str]:
        """The product ids of the ranked list, from the first place down."""
        rows = self.page.locator("tr[data-item]")
        return [rows.nth(n).get_attribute("data-item") for n in range(rows.count())]

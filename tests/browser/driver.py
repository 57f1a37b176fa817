"""A tab as a user drives it: open, wait until it rests, move a control, read what is shown."""

import re
from collections.abc import Callable
from typing import Any

WAIT = 90_000  # milliseconds at most for any page to come to rest: three browsers share the machine


class Tab:
    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.set_default_timeout(WAIT)

    def open(self, path: str = "") -> "Tab":
        """Open a page and wait until its results are there."""
        self.page.goto(f"{self.address}/{path}")
        self.page.locator("[data-card], .st-key-preparing").first.wait_for()
        self.page.locator(".st-key-preparing").wait_for(state="detached", timeout=4 * WAIT)  # kernels may be compiled
        self.page.locator("[data-card]").first.wait_for()
        return self.rest()

    def rest(self) -> "Tab":
        """Wait until nothing runs and nothing spins."""
        for _ in range(2):  # a busy server is slow to say that it has begun
            self.page.wait_for_timeout(350)
            self.page.wait_for_function(
                """() => {
                    const app = document.querySelector('[data-testid=stApp]')
                    return app && app.getAttribute('data-test-script-state') === 'notRunning'
                        && !document.querySelector('[data-testid=stSpinner]')
                        && !document.querySelector('[data-stale=true]')
                }"""
            )
        self.page.wait_for_timeout(150)
        assert self.page.locator("[data-testid=stException]").count() == 0, self.text()
        return self

    def until(self, holds: Callable[[], bool]) -> bool:
        """Wait until something holds: a busy server may begin its answer late. False where it never does."""
        for _ in range(WAIT // 500):
            if holds():
                return True
            self.page.wait_for_timeout(500)
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

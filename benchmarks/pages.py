"""How long pages and settings take until all is drawn, in Chromium, on a prepared shop and a quiet machine.

    python -m benchmarks.pages

Starts the dashboard on the sample (prepared by an earlier start). A tab opens every page once, which fills what all
sessions share, then again by the link in the sidebar; then it takes settings as the Back button brings them: a rule, a
floor, a floor with rules, and rules, floor and exception at once, each time other values, which nothing has computed
yet. Seconds from the click until the list is a new one, and until the last change of the page. Writes
benchmarks/results/pages.json.
"""

import json
import os
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from benchmarks.session import server
from tests.browser.driver import Tab
from ui.state.link_text import text
from ui.text.words import t

RESULT = Path(__file__).resolve().parent / "results" / "pages.json"
PORT = 8598
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
ADDRESS = f"http://127.0.0.1:{PORT}"
PAGES = ("tune", "compare", "map", "homogenization", "fairness", "models", "trade_offs")
ROUNDS = 5
LIMIT = {"compare": 1.5, "map": 1.5, "homogenization": 1.5, "rule": 2.5, "floor": 2.5, "floor with rules": 5.0,
         "rules, floor and exception": 3.0}  # fmt: skip
WATCH = """() => {
    const shown = () => [...document.querySelectorAll('*')].map(e => e.shadowRoot)
        .map(root => root && root.querySelector('.list-root table')).find(table => table)
    const old = shown()
    window.began = performance.now(); window.changed = window.began; window.listed = null
    if (window.watching) window.watching.disconnect()
    window.watching = new MutationObserver(() => { window.changed = performance.now() })
    window.watching.observe(document.body, {subtree: true, childList: true, characterData: true})
    const look = () => { const now = shown()
        if (now && now !== old) window.listed = performance.now(); else requestAnimationFrame(look) }
    look()
}"""
VISIT = "query => { history.pushState({}, '', query); window.dispatchEvent(new PopStateEvent('popstate')) }"


def settings(number: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Settings by name, of values that no earlier round has had."""
    rule = [{"facet": "provider", "max": 1 + number, "first": 7}]
    ruled = [{"facet": "category", "max": 2 + number, "first": 8}]
    some = {"segments": [{"segment": {"by": "history", "group": "light"}, "diversity": round(0.05 + number / 100, 2)}]}
    yield "rule", {"rules": text(rule, 6000)}
    yield "floor", {"floor": f"ndcg:{0.95 - number / 1000:g}:plain"}
    yield "floor with rules", {"floor": f"ndcg:{0.9 - number / 1000:g}:plain", "rules": text(ruled, 6000)}
    yield "rules, floor and exception", {
        "floor": f"ndcg:{0.85 - number / 1000:g}:plain", "rules": text(rule + ruled, 6000),
        "overrides": text(some, 4000)}  # fmt: skip


def measured(tab: Tab, ask: Any) -> tuple[float, float | None]:
    """Seconds until the page has changed for the last time, and until its list is a new one."""
    tab.page.evaluate(WATCH)
    ask()
    tab.rest()
    began, changed, listed = tab.page.evaluate("() => [window.began, window.changed, window.listed]")
    return (changed - began) / 1000, listed and (listed - began) / 1000


def measure(tab: Tab) -> dict[str, list[tuple[float, float | None]]]:
    found: dict[str, list[tuple[float, float | None]]] = {}
    navigation = tab.page.get_by_test_id("stSidebarNav")
    for number in range(ROUNDS + 1):
        for name in PAGES:
            seconds = measured(tab, navigation.get_by_role("link", name=t(f"{name}.title"), exact=True).click)
            if number:  # the first visit fills what all sessions share
                found.setdefault(name, []).append(seconds)
            navigation.get_by_role("link", name=t("overview.title"), exact=True).click()
            tab.rest()
    tab.open("tune")
    for number in range(ROUNDS):
        for name, asked in settings(number):
            address = f"/tune?{urlencode({'diversity': 0.3} | asked)}"
            found.setdefault(name, []).append(measured(tab, lambda: tab.page.evaluate(VISIT, address)))  # noqa: B023
            print(name, found[name][-1], flush=True)
    return found


def main() -> None:
    with server(PORT), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        tab = Tab(browser.new_page(viewport={"width": 1440, "height": 900}), ADDRESS)
        found = measure(tab.open())
        browser.close()
    drawn = {name: round(statistics.median(all_ for all_, _ in runs), 2) for name, runs in found.items()}
    lists = {name: round(statistics.median(first for _, first in runs if first), 2)
             for name, runs in found.items() if any(first for _, first in runs)}  # fmt: skip
    over = [name for name, limit in LIMIT.items() if drawn[name] > limit]
    report = {
        "finding": "Seconds until all is drawn, median: "
        + ", ".join(f"{name} {seconds:.2f}" for name, seconds in drawn.items())
        + f"; slower than asked: {', '.join(over) or 'none'}.",
        "drawn_s": drawn,
        "list_s": lists,
        "asked_s": LIMIT,
        "cores": len(os.sched_getaffinity(0)),
        "runs_s": {name: [round(all_, 3) for all_, _ in runs] for name, runs in found.items()},
    }
    RESULT.write_text(json.dumps(report, indent=1) + "\n")
    print(report["finding"])


if __name__ == "__main__":
    main()

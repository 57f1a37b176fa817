"""How long a move of λ takes to repaint the list, in Chromium, while a second session is open.

    python -m benchmarks.repaint

Starts the dashboard on the sample (prepared by an earlier start), opens two sessions, moves λ in one, and measures from
the key press until the ranked list stands with its new items. Writes benchmarks/results/repaint.json.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "repaint.json"
PORT = 8597
MOVES = 30
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WATCH = """
() => {
  const roots = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
  const shelf = roots.find(root => root && root.querySelector('.list-root'))
  const old = shelf.querySelector('table')
  const began = performance.now()
  window.repainted = new Promise(done => {
    const look = () => shelf.querySelector('table') === old
      ? requestAnimationFrame(look) : done(performance.now() - began)
    look()
  })
}
"""


def opened(browser, path: str) -> Page:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"http://127.0.0.1:{PORT}/{path}")
    page.locator("tr[data-item]").first.wait_for(timeout=400_000)
    page.wait_for_timeout(4_000)
    return page


def moved(page: Page, key: str) -> float:
    """Seconds from a key on the slider to the new list."""
    thumb = page.locator("[data-testid=stMain] input[type=range]").first
    thumb.focus()
    page.evaluate(WATCH)
    thumb.press(key)
    return float(page.evaluate("() => window.repainted")) / 1000


def main() -> None:
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(PORT)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(4)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page, _second = opened(browser, "tune"), opened(browser, "tune?shopper=all")
            seconds = []
            for move in range(MOVES):
                seconds.append(round(moved(page, "ArrowRight" if move % 10 < 5 else "ArrowLeft"), 3))
                page.wait_for_timeout(700)
            browser.close()
    finally:
        server.terminate()
    median = statistics.median(seconds)
    report = {
        "finding": f"A move of λ repaints the list in {median:.2f} s (median of {MOVES}) with a second session open.",
        "median_s": median,
        "slowest_s": max(seconds),
        "cores": len(os.sched_getaffinity(0)),
        "runs_s": seconds,
    }
    RESULT.write_text(json.dumps(report, indent=1) + "\n")
    print(report["finding"], report["slowest_s"])


if __name__ == "__main__":
    main()

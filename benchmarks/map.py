"""How long the map of the sample takes in Chromium: the sketch, the final layout, a loop around products.

    python -m benchmarks.map

Starts the dashboard on the sample (prepared by an earlier start) in a home whose layouts are thrown away, opens the map
by a click in the sidebar, and measures from the click until the points are painted and until UMAP has taken the
sketch's place; then the same on a second server, which finds the layout on disk. At last it draws loops around about
5,000 products and measures from the release of the mouse until they are counted and listed. Writes
benchmarks/results/map.json.
"""

import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from engine.data import home

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "map.json"
PORT = 8596
LOOPS = 5
WAIT = 400_000  # milliseconds
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
CHART = "[class*=st-key-tool_map] .js-plotly-plot"
PAINTED = f"""() => [...document.querySelectorAll('{CHART}')].some(chart =>
    (chart._fullData ?? []).reduce((sum, line) => sum + (line.customdata?.length ?? 0), 0) >= 10000)"""
FINAL = "() => document.querySelector('[data-testid=stMain]').innerText.includes('Final layout')"
RADIUS = 0.27  # of the chart, so that about 5,000 products are inside


def serve() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(PORT)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def opened(page: Page) -> tuple[float, float]:
    """Seconds from the click on "Map" to the painted sketch, and to the final layout."""
    page.goto(f"http://127.0.0.1:{PORT}/tune?shopper=all")
    page.locator("tr[data-item]").first.wait_for(timeout=WAIT)
    page.wait_for_timeout(4_000)
    began = time.monotonic()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Map").click()
    page.wait_for_function(PAINTED, timeout=WAIT)
    sketch = time.monotonic() - began
    page.wait_for_function(FINAL, timeout=WAIT)
    final = time.monotonic() - began
    page.wait_for_timeout(3_000)
    return sketch, final


def looped(page: Page, turn: int) -> tuple[float, int]:
    """Seconds from the end of a loop around the middle to its table, and the number of products in it."""
    box = page.locator(f"{CHART} .nsewdrag").last.bounding_box()
    assert box is not None
    reach = RADIUS + 0.004 * turn  # another loop each time
    corners = [(-1, -0.4), (-0.4, -1), (0.4, -1), (1, -0.4), (1, 0.4), (0.4, 1), (-0.4, 1), (-1, 0.4)]
    places = [
        (box["x"] + box["width"] * (0.5 + reach * x), box["y"] + box["height"] * (0.5 + reach * y)) for x, y in corners
    ]
    before = page.get_by_text(re.compile("products chosen")).all_inner_texts()
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    began = time.monotonic()
    page.wait_for_function(
        """before => {
            const words = document.querySelector('[data-testid=stMain]').innerText
            const found = words.match(/[\\d,]+ products chosen/)
            return found && found[0] !== before }""",
        arg=(before or [""])[0].split("\n")[0], timeout=WAIT,
    )  # fmt: skip
    seconds = time.monotonic() - began
    text = page.get_by_text(re.compile("products chosen")).first.inner_text()
    page.wait_for_timeout(2_000)
    return seconds, int(re.sub(r"\D", "", text.split("products")[0]))


def payload(page: Page) -> int:
    """Bytes of the figure as it was sent, about: its coordinates and texts."""
    return int(page.evaluate(f"() => JSON.stringify([...document.querySelectorAll('{CHART}')].at(-1).data).length"))


def main() -> None:
    for file in (home() / "cache").glob("layout-*"):
        file.unlink()
    report: dict[str, object] = {"cores": len(os.sched_getaffinity(0))}
    marks = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for run in ("cold", "warm"):
            server = serve()
            try:
                time.sleep(4)
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                sketch, final = opened(page)
                report[f"{run}_sketch_s"], report[f"{run}_final_s"] = round(sketch, 2), round(final, 2)
                layouts = sorted((home() / "cache").glob("layout-*"))
                marks.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in layouts])
                if run == "warm":
                    loops = [looped(page, turn) for turn in range(LOOPS)]
                    report["loops_s"] = [round(seconds, 2) for seconds, _ in loops]
                    report["loop_products"] = [n for _, n in loops]
                    report["figure_bytes"] = payload(page)
                page.close()
            finally:
                server.terminate()
                server.wait(20)
        browser.close()
    report["layout_sha256"], report["layouts_unchanged"] = marks[-1], marks[0] == marks[-1]
    loop = statistics.median(report["loops_s"])  # type: ignore[type-var, arg-type]
    products = statistics.median(report["loop_products"])  # type: ignore[type-var, arg-type]
    finding = (
        f"The map of the sample is usable after {report['cold_sketch_s']} s; UMAP takes its place after "
        f"{report['cold_final_s']} s the first time and {report['warm_final_s']} s from disk; a loop around "
        f"{products:,} products answers in {loop:.2f} s (median of {LOOPS})."
    )
    RESULT.write_text(json.dumps({"finding": finding, **report}, indent=1) + "\n")
    print(finding)


if __name__ == "__main__":
    main()

"""The map in a real browser: the sketch and the final layout, colours, search, a loop drawn by mouse, the link."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.browser.driver import Tab
from ui.text.words import table

MADE = 180_000  # milliseconds at most for UMAP's first compilation
CHART = "[class*=st-key-tool_map] .js-plotly-plot"
POINTS = f"""() => [...document.querySelectorAll('{CHART}')].at(-1)._fullData
    .filter(line => line.customdata).map(line => ({{n: line.x.length, colour: line.marker.color,
    opacity: line.marker.opacity, x: [...line.x].slice(0, 3)}}))"""


def words(key: str) -> str:
    return str(table()[key]["en"])


def opened(tab: Tab, query: str = "") -> Tab:
    """The page with its final layout."""
    tab.page.goto(f"{tab.address}/map?{query}")
    tab.page.locator(CHART).last.wait_for()
    tab.page.get_by_text(words("map.final")).wait_for(timeout=MADE)
    return tab.rest()


def loop(tab: Tab, corners: list[tuple[float, float]]) -> None:
    """Draw a loop over the chart, in shares of its width and height."""
    box = tab.page.locator(f"{CHART} .nsewdrag").last.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    tab.page.mouse.move(*places[0])
    tab.page.mouse.down()
    for place in places[1:]:
        tab.page.mouse.move(*place, steps=6)
    tab.page.mouse.up()


def drawn(tab: Tab) -> list[dict[str, object]]:
    return list(tab.page.evaluate(POINTS))


def switched(tab: Tab, similarity: str) -> tuple[list[dict[str, object]] | None, list[dict[str, object]]]:
    """Another layout: the sketch, None where the final layout was there before it could be read, and the final one."""
    before = drawn(tab)
    tab.page.locator(".st-key-map_by button").filter(has_text=words(f"similarity.{similarity}")).click()
    working = tab.page.get_by_text(words("map.working"))
    tab.until(lambda: drawn(tab) != before)
    sketch = drawn(tab) if working.is_visible() else None
    sketch = sketch if working.is_visible() else None  # still, so it was no other that was read
    tab.page.get_by_text(words("map.final")).wait_for(timeout=MADE)
    tab.rest()
    return sketch, drawn(tab)


def test_the_sketch_comes_first_and_the_final_layout_takes_its_place(tab: Tab) -> None:
    opened(tab, "shopper=all")  # the chart's code is loaded now, so the sketch is painted at once
    for similarity in ("behaviour", "both"):  # layouts that no other test makes
        sketch, final = switched(tab, similarity)
        assert tab.page.locator("[data-testid=stProgress]").count() == 0
        if sketch is not None:
            assert sum(line["n"] for line in final) == sum(line["n"] for line in sketch) > 0
            assert [line["x"] for line in final] != [line["x"] for line in sketch]
            return
    pytest.skip("this machine was too busy to paint a sketch before its final layout")


def test_colours_search_and_link(tab: Tab) -> None:
    opened(tab, "shopper=all")
    before = {line["colour"] for line in drawn(tab)}
    tab.page.locator(".st-key-map_colour input").click()
    tab.page.get_by_role("option", name="Category").click()
    tab.page.wait_for_url("**map_colour=category*")
    tab.rest()
    after = drawn(tab)
    assert {line["colour"] for line in after} - before

    tab.page.locator(".st-key-find input").fill("milk")
    tab.page.locator(".st-key-find input").press("Enter")
    tab.page.wait_for_url("**find=milk*")
    tab.rest()
    found = drawn(tab)
    told = int(re.search(r"(\d+) products found", tab.text())[1])  # type: ignore[index]
    greyed = found[0]
    assert greyed["opacity"] < 0.5 and sum(line["n"] for line in found[1:]) == told
    assert greyed["n"] + told == sum(line["n"] for line in after)

    again = opened(tab, tab.page.url.partition("?")[2])
    assert drawn(again) == found


def test_a_loop_lists_its_products(tab: Tab) -> None:
    opened(tab, "shopper=all&diversity=0.7")
    assert words("map.chosen_empty") in tab.text()
    loop(tab, [(0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95), (0.05, 0.3)])
    tab.page.get_by_text(re.compile(r"[\d,]+ products chosen")).wait_for()
    tab.rest()
    chosen = int(re.search(r"([\d,]+) products chosen", tab.text())[1].replace(",", ""))  # type: ignore[index]
    points = sum(line["n"] for line in drawn(tab))
    assert 0.5 * points < chosen <= points
    with tab.page.expect_download() as started:
        tab.page.locator(".st-key-take_map-products button").first.click()
    listed = pd.read_csv(io.BytesIO(Path(started.value.path()).read_bytes()), dtype={"Id": str})
    assert len(listed) == chosen and listed["Id"].is_unique
    assert listed["Now, ‰"].sum() <= 1000.001 and (listed["Lists now"] > 0).any()
    moved = (listed["Now, ‰"] - listed["At λ 0, ‰"]).abs().to_numpy()
    assert (moved[:-1] >= moved[1:] - 1e-6).all()  # the largest change first


def test_the_lists_of_a_shopper_are_outlined(tab: Tab) -> None:
    opened(tab, "diversity=0.6")
    lines = """() => [...document.querySelectorAll('%s')].at(-1)._fullData
        .filter(line => line.mode === 'lines').map(line => line.line.dash)"""
    assert tab.page.evaluate(lines % CHART) == ["dot", "solid"]
    assert set(tab.cards()) == {"spread", "kinds", "trust"}
    tab.page.locator(".st-key-map_lists input").click()
    tab.page.get_by_role("option", name=words("map.now")).click()
    tab.page.wait_for_url("**map_lists=now*")
    tab.rest()
    assert tab.page.evaluate(lines % CHART) == ["solid"]

"""A merchandiser's way through the dashboard, in a real browser."""

import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Locator

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.data import Dataset
from tests.browser.driver import Tab
from ui.text import figures
from ui.text.words import LANGUAGES, table


def zero_within(interval: str) -> bool:
    """Whether 0 lies within an interval as a table writes it, "−0.030 … +0.005"."""
    low, high = (float(end.replace("−", "-")) for end in re.findall(r"[−+-]?[\d.]+", interval))
    return low <= 0 <= high


def press(tab: Tab, slider: int, key: str, times: int) -> None:
    thumb = tab.page.locator("[data-testid=stMain] input[type=range]").nth(slider)
    thumb.focus()
    for _ in range(times):
        thumb.press(key)
    tab.page.wait_for_url(f"**diversity={float(thumb.input_value()):g}*")
    tab.rest()


def test_open_move_compare_switch_language_download(tab: Tab) -> None:
    tab.open()
    assert "Does everyone see the same shelf?" in tab.text()
    tab.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Tune").click()
    tab.page.wait_for_selector("tr[data-item]")
    before = tab.rest().items()
    press(tab, 0, "ArrowRight", 10)
    assert "diversity=0.8" in tab.page.url
    moved = tab.items()
    assert moved != before and len(moved) == 10

    tab.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Compare").click()
    tab.page.wait_for_selector("[data-card=rbo]")
    tab.rest()
    assert "λ 0.80" in tab.text() or "0.80" in tab.results()

    tab.page.get_by_test_id("stSidebar").get_by_text("简体中文").click()
    tab.rest()
    assert "lang=zh" in tab.page.url
    assert tab.page.locator("h1").inner_text() == "对比"

    with tab.page.expect_download() as started:
        tab.page.get_by_text("该顾客 CSV").click()
    downloaded = pd.read_csv(io.BytesIO(Path(started.value.path()).read_bytes()), dtype={"item_id": str})
    assert set(downloaded["list"]) == {"A", "B"}
    assert downloaded.loc[downloaded["list"] == "B", "item_id"].tolist() == moved

    link = tab.page.url
    again = tab.open(link.removeprefix(tab.address + "/"))
    assert again.page.locator("h1").inner_text() == "对比"


def test_advice_links_show_what_they_advise(tab: Tab) -> None:
    links = tab.open("?k=8").page.locator("[data-testid=stMain] [data-testid=stPageLink] a")
    assert links.count() >= 1
    for number in range(links.count()):
        tab.go("?k=8")
        said = tab.page.locator("[data-testid=stMain] [data-testid=stPageLink] a").nth(number)
        title = said.inner_text().split("\n")[0]
        said.click()
        tab.page.wait_for_url(lambda url: "tune" in url or "compare" in url)
        tab.rest()
        assert tab.page.locator("h1").inner_text() == title
        assert "diversity=" in tab.page.url and "k=8" in tab.page.url, tab.page.url


BROKEN = (
    "tune?diversity=7",
    "tune?method=best&k=900",
    "tune?shopper=nobody",
    "compare?surface=moon&lang=xx",
    "?pool=-1",
)


def test_a_broken_link_still_opens(tab: Tab) -> None:
    for number, path in enumerate(BROKEN):
        (tab.go if number else tab.open)(path)
        assert tab.cards(), path
        if "nobody" in path:
            assert "nobody" in tab.page.inner_text("[data-testid=stSidebar]")


def test_a_link_opens_the_same_view_in_another_tab(tab: Tab, browser) -> None:  # type: ignore[no-untyped-def]
    path = "tune?diversity=0.55&method=dpp&surface=new&k=7&lang=zh"
    shown = tab.open(path).items()
    other = Tab(browser.new_page(), tab.address).open(path)
    assert other.items() == shown
    assert len(shown) == 7
    other.page.close()


# Every control on every page is moved; what is shown changes, or the page says why not.


CONTROLS = "[data-testid=stSlider], [data-testid=stSelectbox], [data-testid=stButtonGroup]"
PATHS = [
    "?diversity=0.5",
    "tune?diversity=0.5",
    "tune?shopper=all",
    "compare?diversity=0.5",
    pytest.param("compare?third=dpp", marks=pytest.mark.long),  # the same controls, and those of a third list
    "homogenization?surface=new",
]


def choose_another(tab: Tab, control: Locator, chosen: str) -> None:
    """Open a select box and click the first option that is not chosen."""
    tab.page.wait_for_timeout(300)  # options close while the sidebar scrolls
    control.locator("input").click()
    options = tab.page.locator("[role=option]")
    options.first.wait_for()
    for n in range(options.count()):
        if options.nth(n).get_attribute("aria-selected") != "true" and options.nth(n).inner_text() != chosen:
            options.nth(n).click()
            break
    tab.rest()


def move(tab: Tab, number: int, selector: str) -> str:
    """Move one control to another value; returns its label."""
    control = tab.page.locator(selector).nth(number)
    label = control.inner_text().split("\n")[0]
    if control.locator("input[type=range]").count():
        thumb = control.locator("input[type=range]").first
        thumb.focus()
        full = float(thumb.input_value()) == float(thumb.get_attribute("max"))
        began = thumb.input_value()
        for _ in range(3):  # a busy page may redraw the slider under the first keys
            for _ in range(8):
                thumb.press("ArrowLeft" if full else "ArrowRight")
            tab.rest()
            if thumb.input_value() != began:
                break
    elif control.locator("[role=radio]").count():
        options = control.locator("[role=radio]")
        for n in range(options.count()):
            if options.nth(n).get_attribute("aria-checked") != "true":
                options.nth(n).click()
                break
    else:
        control.scroll_into_view_if_needed()
        chosen = control.locator("input").input_value() or label
        for _ in range(3):  # the open list scrolls to what is chosen, so that a click may meet another moment of it
            choose_another(tab, control, chosen)
            if control.locator("input").input_value() != chosen:
                break
    tab.rest()
    return label


@pytest.mark.parametrize("path", PATHS)
def test_every_control_does_something(tab: Tab, path: str) -> None:
    shown = tab.open(path).page.locator(CONTROLS).all_inner_texts()
    moved = [number for number, text in enumerate(shown) if LANGUAGES["zh"] not in text]  # that one: test_language
    assert len(moved) == len(shown) - 1 >= 6
    for number in moved:
        before = tab.go(path).results()
        label = move(tab, number, CONTROLS)
        excuse = table()["unchanged.title"]["en"]
        answered = tab.until(lambda: tab.results() != before or excuse in tab.text())  # noqa: B023
        assert answered, f"{label!r} on /{path} changed nothing and the page does not say why"


# Every figure on a page that the command line can give is the command line's, to the printed digit.


@pytest.mark.parametrize("surface", ["for_you", "new"])
def test_figures_are_those_of_evaluate(
    tab: Tab, shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path, surface: str
) -> None:
    strategy = {"method": "msd", "diversity": 0.45, "k": 8, "pool": 100, "surface": surface}
    (tmp_path / "s.json").write_text(json.dumps(strategy))
    command = f"evaluate --data {shop[1]} --model blend --strategy {tmp_path}/s.json --diversity 0,0.45"
    command += f" --json {tmp_path}/rows.json"
    assert main(command.split()) == 0  # a process of its own would show nothing more
    rows = json.loads((tmp_path / "rows.json").read_text())
    scope = "all" if surface == "for_you" else "new"
    base, told = (
        {row["metric"]: row["value"] for row in rows if row["scope"] == scope and row["diversity"] == level}
        for level in (0, 0.45)
    )

    query = "&".join(f"{name}={value}" for name, value in strategy.items())
    shown = tab.open(f"tune?shopper=all&{query}").cards()
    assert len(shown) == 11
    for key, values in shown.items():
        assert values == [figures.text(key, told[key])], key
    shown = tab.go(f"?{query}").cards()
    place = 0 if surface == "for_you" else 1
    checked = 0
    for key, values in shown.items():
        name = next((metric for metric in told if key in (metric, metric.partition(":")[0])), None)
        if name is not None and len(values) == 2:
            assert values[place] == figures.text(name, told[name]), key
            checked += 1
    assert checked == 9
    tab.go(f"compare?{query}")
    everyone = tab.page.get_by_test_id("stTable").nth(1)
    everyone.wait_for()
    for name in ("ndcg", "facet_entropy:category", "look_alike_pairs", "coverage", "gini"):
        label = table()[f"measure.{name.partition(':')[0]}"]["en"]
        cells = everyone.locator("tr").filter(has_text=label).first.locator("td, th").all_inner_texts()
        assert cells[:3] == [label, figures.with_unit(name, base[name]), figures.with_unit(name, told[name])]
        said = (
            table()["figure.none"]["en"] if zero_within(cells[4]) else figures.change(name, told[name], base[name])[0]
        )
        assert cells[3].startswith(said), (name, cells)

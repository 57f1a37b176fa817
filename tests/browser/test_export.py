"""What a user takes away: any chart as a picture, any table as a file, any view as a link."""

import io
from base64 import b64encode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from tests.browser.driver import Tab
from ui.text.words import table

PNG = b"\x89PNG\r\n\x1a\n"
VIEW = "tune?diversity=0.55&method=dpp&surface=new&k=7"


def downloaded(tab: Tab, press: Any) -> tuple[str, bytes]:
    with tab.page.expect_download() as started:
        press.click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def taker(tab: Tab, kind: str) -> Any:
    """The button that saves what variety costs; the page has other charts beside it."""
    return tab.page.locator(".st-key-chart_trade_off").get_by_role("button", name=table()[kind]["en"])


def size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def corner(tab: Tab, png: bytes) -> list[int]:
    """Red, green, blue and opacity of the first pixel, as Chromium reads the picture."""
    return tab.page.evaluate(
        """async text => {
            const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
            const image = await createImageBitmap(new Blob([bytes]))
            const canvas = document.createElement('canvas')
            canvas.getContext('2d').drawImage(image, 0, 0)
            return [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data]
        }""",
        b64encode(png).decode(),
    )


CHARTS = ("?lang=en", "tune?lang=zh", "compare?lang=en", "homogenization?lang=en", "compare?lang=zh")


def test_every_chart_of_a_page_is_saved_as_png_and_svg(tab: Tab) -> None:
    tab.open()
    for link in CHARTS:
        tab.go(link)
        lang = link[-2:]
        charts = tab.page.locator(".js-plotly-plot")
        boxes = tab.page.locator("[class*=st-key-chart_]")
        for number in range(boxes.count()):
            box = boxes.nth(number)
            box.locator(".js-plotly-plot").wait_for()
            label = table()["picture.svg"][lang]
            name, svg = downloaded(tab, box.get_by_role("button", name=label))
            assert name.startswith("evenshelf-") and name.endswith(".svg"), link
            words = bare("".join(ElementTree.fromstring(svg).itertext()))
            told = [bare(text) for text in box.locator("g.annotation text").all_text_contents()]
            assert all(text in words for text in told) and len(words) > len("".join(told)), (link, told, words)
            _, png = downloaded(tab, box.get_by_role("button", name=table()["picture.png"][lang]))
            drawn = box.locator(".js-plotly-plot").bounding_box()
            assert png.startswith(PNG), link
            assert size(png)[0] >= 2 * drawn["width"] and size(png)[1] >= 2 * drawn["height"], link
            assert corner(tab, png) == [255, 255, 255, 255], link
        assert boxes.count() == charts.count() >= 1, link


def bare(text: str) -> str:
    """Text without its spaces, which plotly writes in several ways."""
    return "".join(text.split())


def test_a_picture_has_its_card_s_title_and_the_theme_s_background(browser, address: str) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(color_scheme="dark", accept_downloads=True, viewport={"width": 1440, "height": 900})
    tab = Tab(context.new_page(), address).open("tune")
    _, png = downloaded(tab, taker(tab, "picture.png"))
    assert corner(tab, png) == [19, 23, 21, 255]
    _, svg = downloaded(tab, taker(tab, "picture.svg"))
    assert table()["tune.cost"]["en"] in "".join(ElementTree.fromstring(svg).itertext())
    assert b"font/woff2" in svg
    context.close()


def test_pictures_are_saved_by_keyboard(tab: Tab) -> None:
    tab.open("tune")
    button = taker(tab, "picture.png")
    button.focus()
    with tab.page.expect_download() as started:
        button.press("Enter")
    assert Path(started.value.path()).read_bytes().startswith(PNG)
    assert tab.page.locator(".modebar-container").first.is_hidden()


def test_the_map_with_a_mode_bar_of_its_own_is_saved_with_its_points(tab: Tab) -> None:
    """WebGL points are a raster inside the SVG; the lasso's buttons stay in view."""
    box = tab.open("map").page.locator(".st-key-tool_map")
    box.locator(".js-plotly-plot canvas").first.wait_for()
    assert box.locator(".modebar-btn").count() >= 4
    _, svg = downloaded(tab, box.get_by_role("button", name=table()["picture.svg"]["en"]))
    assert b"data:image/png;base64" in svg
    ElementTree.fromstring(svg)
    _, png = downloaded(tab, box.get_by_role("button", name=table()["picture.png"]["en"]))
    assert png.startswith(PNG) and len(png) > 20_000
    assert corner(tab, png) == [255, 255, 255, 255]


def files(tab: Tab, name: str) -> list[pd.DataFrame]:
    """A table's CSV and Parquet."""
    box = tab.page.locator(f".st-key-take_{name}")
    csv_name, csv = downloaded(tab, box.get_by_role("button", name="CSV"))
    parquet_name, parquet = downloaded(tab, box.get_by_role("button", name="Parquet"))
    assert (csv_name, parquet_name) == (f"evenshelf-{name}.csv", f"evenshelf-{name}.parquet")
    return [pd.read_csv(io.BytesIO(csv), dtype={"item_id": str}), pd.read_parquet(io.BytesIO(parquet))]


def test_the_list_shown_is_the_list_taken_away(tab: Tab) -> None:
    tab.open(f"{VIEW}&lang=en")
    list_is_taken_away(tab)
    tab.go(f"{VIEW}&lang=zh")
    list_is_taken_away(tab)


def list_is_taken_away(tab: Tab) -> None:
    rows = tab.page.locator("tr[data-item]")
    titles = rows.locator(".name").all_inner_texts()
    shares = [int(text) for text in rows.locator("td.bar").all_inner_texts()]
    reasons = [" ".join(cell.split("\n")) for cell in rows.locator("td.why").all_inner_texts()]
    for found in files(tab, "list"):
        assert found["item_id"].tolist() == tab.items()
        assert found["rank"].tolist() == list(range(1, 8))
        assert found["title"].tolist() == titles
        assert (found["relevance"] * 100).round().astype(int).tolist() == shares
        assert found["reason"].str.replace(r"\s+", " ", regex=True).tolist() == reasons


def test_the_indicators_shown_are_those_taken_away(tab: Tab) -> None:
    tab.open("?diversity=0.45")
    cards = tab.cards()
    for found in files(tab, "overview"):
        assert set(found["diversity"]) == {0.45}
        for name in ("shared_products", "look_alike_pairs", "gini"):
            now = found.loc[found["figure"] == name, "now"].tolist()
            assert now == [pytest.approx(float(value), abs=0.0051) for value in cards[name]]


def test_compared_figures_are_taken_away_as_numbers(tab: Tab) -> None:
    tab.open("compare?diversity=0.6&third=dpp")
    tables = tab.page.get_by_test_id("stTable")
    for number, name in enumerate(("compare-one", "compare-all")):
        csv, parquet = files(tab, name)
        lines = tables.nth(number).locator("tbody tr").count()
        assert len(csv) == len(parquet) == lines * (number + 1)  # B and C against A stand one below the other
        pd.testing.assert_frame_equal(csv, parquet, check_dtype=False)
    for _, row in csv.iterrows():
        assert row["difference"] == pytest.approx(row["after"] - row["before"], abs=1e-12)


def test_a_copied_link_opens_the_same_view(tab: Tab, browser, address: str) -> None:  # type: ignore[no-untyped-def]
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    tab.open(f"{VIEW}&lang=zh")
    tab.page.get_by_role("button", name=table()["link.copy"]["zh"]).click()
    tab.page.get_by_role("button", name=table()["link.copied"]["zh"]).wait_for()
    link = tab.page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(address)
    fresh = browser.new_context()
    other = Tab(fresh.new_page(), address).open(link.removeprefix(f"{address}/"))
    assert other.items() == tab.items()
    assert other.page.locator("h1").inner_text() == table()["tune.title"]["zh"]
    fresh.close()


def test_without_a_clipboard_the_link_is_shown(tab: Tab) -> None:
    tab.open(VIEW)
    tab.page.evaluate(
        """() => {
            Object.defineProperty(navigator, 'clipboard', {value: undefined})
            document.execCommand = () => false
        }"""
    )
    tab.page.get_by_role("button", name=table()["link.copy"]["en"]).click()
    field = tab.page.get_by_role("textbox", name=table()["link.by_hand"]["en"])
    field.wait_for()
    assert field.input_value() == tab.page.url

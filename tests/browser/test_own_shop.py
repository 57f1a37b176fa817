"""A shop of one's own, by the Data page alone: from files whose columns have other names to every page."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import TimeoutError

from sample_data import furniture
from tests.browser.driver import WAIT, Tab
from tests.browser.test_journey import press
from ui.text.words import table

# What the suggestions cannot know: these columns are called as nobody would guess.
FIXED = {
    "items": {
        "category": "kind", "subcategory": "subkind", "brand": "maker", "provider": "supplier", "colour": "tone",
        "launched_at": "on_sale_since",
    },
    "interactions": {
        "query": "search_text", "quantity": "pieces", "value": "amount_eur", "basket_id": "order_no", "rating": "stars",
    },
}  # fmt: skip
SUGGESTED = {
    "items": {"item_id": "sku", "title": "name", "description": "details", "price": "price_eur", "stock": "on_hand"},
    "interactions": {"user_id": "customer", "item_id": "sku", "timestamp": "when", "event": "what"},
    "users": {"user_id": "customer"},
}
EVENTS = {"save_for_later": "favourite", "star_rating": "rate"}
PRODUCTS, SHOPPERS = 600, 600  # the whole shop is prepared by a command in tests/sample_data/test_furniture.py
PREPARED = 4 * WAIT  # milliseconds at most, on a busy machine: model, texts and curves of the products


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(furniture, "PRODUCTS", PRODUCTS)
    monkeypatch.setattr(furniture, "SHOPPERS", SHOPPERS)
    furniture.write(tmp_path)
    return tmp_path


def said(key: str) -> str:
    return table()[key]["en"]


def chosen(tab: Tab, key: str) -> str:
    return str(tab.page.locator(f".st-key-{key} input").input_value())


def choose(tab: Tab, key: str, option: str) -> None:
    """Take an option of a select box, if it is not taken already. A run on its way may close the open list: again."""
    box = tab.page.locator(f".st-key-{key} input")
    for _ in range(10):
        if chosen(tab, key) == option and not tab.page.get_by_role("option").count():
            return
        box.evaluate("element => element.scrollIntoView({block: 'center'})")  # its list needs room
        box.fill(option)  # a long list shows what is typed
        try:
            tab.page.get_by_role("option", name=option, exact=True).click(timeout=3_000)
        except TimeoutError:
            box.press("Escape")
        tab.rest()
    raise AssertionError(f"{option} could not be chosen for {key}")


def upload(tab: Tab, files: Path) -> None:
    names = {"items": "items.csv", "interactions": "interactions.csv.gz", "users": "users.csv"}
    for kind, name in names.items():
        tab.page.locator(f".st-key-upload_{kind} input[type=file]").set_input_files(files / name)
        tab.page.get_by_text(re.compile(rf"^{re.escape(name)}.*column")).first.wait_for()
        tab.rest()


def map_columns(tab: Tab) -> None:
    """Look at what is suggested, and mend the rest."""
    for kind in ("items", "interactions", "users"):
        tab.page.get_by_role("tab", name=said(f"upload.{kind}")).click()
        for ours, theirs in SUGGESTED[kind].items():
            assert chosen(tab, f"map_{kind}_{ours}") == theirs, f"{kind}.{ours} was not suggested"
        for ours, theirs in FIXED.get(kind, {}).items():
            choose(tab, f"map_{kind}_{ours}", theirs)


def map_events(tab: Tab) -> None:
    """Say what the shop's own events mean, where it is not known already."""
    tab.page.get_by_role("tab", name=said("upload.interactions")).click()
    named = tab.page.evaluate(
        "() => [...document.querySelectorAll('[class*=st-key-event_]')]"
        ".map(box => [box.innerText.split('\\n')[0].trim(), box.className.match(/st-key-(event_\\d+)/)[1]])"
    )
    for label, key in named:  # of a mark, the event's name, and its lines once they are counted
        for event in EVENTS.keys() & set(label.split()):
            choose(tab, key, said(f"event.{EVENTS[event]}"))


def check(tab: Tab) -> None:
    tab.page.locator(".st-key-check_files button").click()
    tab.rest()
    tab.page.locator(".st-key-check_files button:not([disabled])").wait_for(timeout=PREPARED)
    tab.rest()


def test_an_own_shop_from_files_to_every_page(tab: Tab, files: Path) -> None:
    page = tab.page
    page.goto(f"{tab.address}/data?data=add")
    page.locator("[class*=st-key-upload_form] button").filter(has_text=said("upload.form_tables")).click()
    page.locator(".st-key-upload_items").wait_for()
    tab.rest()
    upload(tab, files)
    map_columns(tab)
    map_events(tab)
    check(tab)
    assert "star_rating" in tab.text() + tab.page.content(), "events that the first rows do not show are named"
    map_events(tab)
    check(tab)
    page.locator(".st-key-shop_name input").fill(f"Furniture {uuid4().hex[:4]}")  # a second try is another shop
    page.locator(".st-key-shop_name input").press("Enter")
    tab.rest()
    page.locator(".st-key-prepare_shop button:not([disabled])").click()
    page.wait_for_url("**shop=furniture*", timeout=PREPARED)
    page.get_by_test_id("stMain").get_by_text("Furniture", exact=False).first.wait_for(timeout=PREPARED)
    page.locator(".st-key-upload_items").wait_for(state="detached", timeout=PREPARED)
    page.locator(".st-key-preparing").wait_for(state="detached", timeout=PREPARED)
    tab.rest()
    assert f"{PRODUCTS}" in [value for values in tab.cards().values() for value in values], tab.cards()

    visit(tab, "tune", "tr[data-item]")
    before = tab.items()
    press(tab, 0, "ArrowRight", 12)
    moved = tab.items()
    assert len(moved) == 10 and moved != before and all(item.startswith("F0") for item in moved)

    visit(tab, "map", ".js-plotly-plot")
    page.wait_for_function(DRAWN)

    visit(tab, "homogenization", "[data-card]")
    figures = [value for values in tab.cards().values() for value in values]
    assert sum(re.fullmatch(r"[\d.,]+", value) is not None for value in figures) >= 4, figures
    assert "shop=furniture" in page.url


DRAWN = """() => [...document.querySelectorAll('.js-plotly-plot')].some(
    chart => (chart._fullData ?? []).reduce((sum, line) => sum + (line.x?.length ?? 0), 0) >= 300)"""


def visit(tab: Tab, name: str, shows: str) -> None:
    """Go to a page by the sidebar, and wait for what it shows."""
    tab.page.get_by_test_id("stSidebarNav").get_by_role("link", name=said(f"{name}.title")).click()
    tab.page.locator(shows).first.wait_for(timeout=PREPARED)
    tab.rest()
    assert tab.page.locator("h1").inner_text() == said(f"{name}.title")

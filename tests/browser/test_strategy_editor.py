"""A merchandiser's day: a floor, a cap, a pin; why; saved, approved, made live, taken elsewhere, back by its link."""

import json
from pathlib import Path
from typing import Any

from engine.data import Dataset
from tests.browser.driver import Tab
from ui.text.words import table

WORDS = table()


def said(key: str, **values: Any) -> str:
    return WORDS[key]["en"].format(**values)


def press(tab: Tab, key: str) -> None:
    tab.page.locator(f".st-key-{key} button").first.click()
    tab.rest()


def typed(tab: Tab, key: str, text: str) -> None:
    box = tab.page.locator(f".st-key-{key} input, .st-key-{key} textarea").first
    box.fill(text)
    box.press("Tab")
    tab.rest()


def open_desk(tab: Tab) -> None:
    tab.page.locator(".st-key-desk summary, .st-key-desk [data-testid=stExpander] summary").first.click()
    tab.page.locator(".st-key-rule_examples").wait_for()
    tab.rest()


def capped(data: Dataset, items: list[str]) -> bool:
    """Whether the first screen, five places, has at most two products of one maker."""
    first = data.items.set_index("item_id")["provider"].loc[items[:5]]
    return bool(first.value_counts().max() <= 2)


def test_from_a_floor_to_a_link(tab: Tab, shop: tuple[Dataset, Path]) -> None:
    data = shop[0]
    before = tab.open("tune?diversity=0.8").items()
    open_desk(tab)

    # a floor: λ is lowered as far as it asks
    tab.page.locator(".st-key-floor_metric").get_by_text(said("floor.ndcg")).click()
    tab.page.wait_for_url("**floor=ndcg*")
    tab.rest()
    assert tab.until(lambda: "λ lowered from 0.80" in tab.text())

    # a cap on makers
    press(tab, "rule_example_0")
    assert tab.until(lambda: "rules=" in tab.page.url)
    assert capped(data, tab.items())

    # a pin: a product that is not in the list, found by its words
    by_id = data.items.set_index("item_id")["title"]
    wanted = next(str(item) for item in by_id.index if str(item) not in before and (by_id == by_id[item]).sum() == 1)
    tab.page.locator(".st-key-new_kind").get_by_text(said("rules.kinds.pin"), exact=True).click()
    tab.rest()
    typed(tab, "new_find", str(by_id[wanted]))
    press(tab, "rule_add")
    assert tab.until(lambda: bool(tab.items()) and tab.items()[0] == wanted)
    assert capped(data, tab.items())

    # why
    assert "Why did it move?" in tab.page.locator(".st-key-moved_card").inner_text()
    assert "rule" in tab.page.locator(f"tr[data-item='{wanted}']").inner_text().lower()
    shown = tab.items()

    # saved, and seen on the page of strategies
    press(tab, "save_strategy")
    name = tab.page.locator(".st-key-save_name input").first
    name.fill("Spring")  # and left by mouse
    typed(tab, "save_author", "Ann")
    press(tab, "save_yes")
    tab.page.get_by_role("link", name=said("save.open")).click()
    tab.page.wait_for_url("**/strategies?*")
    tab.rest()
    assert tab.page.locator("h1").inner_text() == said("strategies.title")

    # approved, and made live
    for step in ("approve", "live"):
        press(tab, f"step_{step}")
        typed(tab, "step_author", "Mei")
        press(tab, "step_yes")
    assert tab.until(lambda: said("strategies.status.live") in tab.text())
    address = tab.page.url

    # taken elsewhere
    tab.page.locator(".st-key-strategy_export summary").first.click()
    tab.page.locator(".st-key-export_setting").wait_for()
    tab.rest()
    tab.page.locator(".st-key-export_target").get_by_text("Qdrant").click()
    tab.rest()
    with tab.page.expect_download() as started:
        tab.page.locator(".st-key-export_setting button").click()
    setting = json.loads(Path(started.value.path()).read_text())
    assert setting["query"]["mmr"]["diversity"] < 0.8, "the λ that the floor allows"

    # by its link, in another tab's place: the same lists
    tab.page.goto(address)
    tab.page.get_by_role("link", name=said("strategies.open")).click()
    tab.page.wait_for_selector("tr[data-item]")
    assert tab.until(lambda: tab.items() == shown)


def test_a_shopper_typed_and_left_by_mouse_is_kept(tab: Tab, shop: tuple[Dataset, Path]) -> None:
    """Every other field keeps what was typed when the mouse leaves it; the select box needs help to do so."""
    tab.open("tune")
    box = tab.page.locator("[class*=st-key-shopper] input").first
    before = box.input_value()
    wanted = next(name for name in reversed(shop[0].users["user_id"].tolist()) if name not in before)
    box.click()
    box.type(wanted, delay=40)
    tab.page.mouse.click(700, 95)  # beside the title
    tab.page.wait_for_url(f"**shopper=*{wanted}*")
    tab.rest()
    assert wanted in tab.text()

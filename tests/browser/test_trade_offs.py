"""From a front to a draft: a point is clicked, read, saved, and found again on Strategies."""

from tests.browser.driver import Tab
from ui.text.words import table

WORDS = table()


def said(key: str) -> str:
    return WORDS[key]["en"]


def test_from_a_point_to_a_draft(tab: Tab) -> None:
    page = tab.page
    page.goto(f"{tab.address}/trade_offs?trade_aims=relevance,variety&trade_floors=")
    page.locator(".st-key-trade_point_card").wait_for()
    tab.rest()
    assert said("trade_offs.now_is") in tab.text()

    # a click on a point looks at it
    spots = page.locator(".st-key-chart_trade_offs .scatterlayer .trace .point")
    assert spots.count() > 4
    spots.nth(spots.count() - 4).click(force=True)
    assert tab.until(lambda: "trade_point=" in page.url)
    tab.rest()
    card = page.locator(".st-key-trade_point_card").inner_text()
    assert "Against the settings in use" in card

    # saved as a draft, and found again
    page.locator(".st-key-save_strategy button").first.click()
    name = page.locator(".st-key-save_name input").first
    name.fill("From the front")
    name.press("Enter")
    tab.rest()
    author = page.locator(".st-key-save_author input").first
    author.fill("Ann")
    author.press("Tab")
    tab.rest()
    page.locator(".st-key-save_yes button").first.click()
    page.get_by_role("link", name=said("save.open")).click()
    page.wait_for_url("**/strategies?**")
    assert tab.until(lambda: "From the front" in tab.text())


def test_no_chosen_aim_is_cut(tab: Tab) -> None:
    for width in (1440, 390):
        tab.page.set_viewport_size({"width": width, "height": 900})
        tab.page.goto(f"{tab.address}/trade_offs")
        tab.page.locator(".st-key-trade_point_card").wait_for()
        tab.rest()
        chips = tab.page.locator("[data-testid=stMultiSelectTagsContainer]").first
        assert chips.locator("[data-tag]").count() >= 3
        assert chips.evaluate("box => box.scrollWidth <= box.clientWidth"), width

"""What makes two products alike, set on a page: weights that sum to 100 %, and a link that keeps them."""

from tests.browser.driver import Tab


def shares(tab: Tab) -> dict[str, int]:
    sliders = tab.page.locator("[data-testid=stPopoverBody] [data-testid=stSlider]")
    sliders.first.wait_for()
    found = {}
    for number in range(sliders.count()):
        name = sliders.nth(number).inner_text().split("\n")[0]
        found[name] = int(sliders.nth(number).locator("input[type=range]").input_value())
    return found


def test_weights_sum_to_100_and_change_the_lists(tab: Tab) -> None:
    tab.open("tune?shopper=all&diversity=0.6")
    before = tab.results()
    tab.page.locator(".st-key-likeness button").click()
    assert shares(tab)["Text"] == 100
    thumb = tab.page.locator(".st-key-weight_category input[type=range]")
    thumb.focus()
    for _ in range(40):
        thumb.press("ArrowRight")
    tab.rest()
    assert tab.until(lambda: shares(tab)["Text"] == 60)
    now = shares(tab)
    assert now["Category"] == 40
    assert sum(now.values()) == 100
    assert tab.until(lambda: tab.results() != before)
    tab.rest()
    assert "weights=embedding%3A60%2Ccategory%3A40" in tab.page.url
    shown = tab.results()
    tab.page.goto(tab.page.url)
    tab.rest().page.locator("[data-card]").first.wait_for()
    assert tab.rest().results() == shown


def test_every_method_makes_a_list_and_says_what_it_aims_at(tab: Tab) -> None:
    lists = {}
    tab.open("tune?diversity=0.8")
    for method in ("mmr", "msd", "dpp", "ssd", "cover", "xquad", "calibrated", "richness"):
        lists[method] = tuple(tab.go(f"tune?diversity=0.8&method={method}").items())
        assert len(lists[method]) == 10
    assert len(set(lists.values())) >= 6

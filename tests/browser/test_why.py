"""Why a product is relevant, as a user asks it: choose a product, read its reasons, share the view."""

from tests.browser.driver import Tab

CARD = ".st-key-why_card"


def reasons(tab: Tab) -> str:
    return str(tab.page.locator(CARD).inner_text())


def choose(tab: Tab, number: int) -> str:
    """Choose the product at a place of the list; returns its label."""
    control = tab.page.locator(f"{CARD} [data-testid=stSelectbox]")
    control.scroll_into_view_if_needed()
    tab.page.wait_for_timeout(300)  # options close while the page scrolls
    control.locator("input").click()
    option = tab.page.locator("[role=option]").nth(number)
    label = option.inner_text()
    option.click()
    tab.page.wait_for_url("**why=*")
    tab.rest()
    return label


def test_another_product_has_other_reasons_and_a_link_keeps_it(tab: Tab) -> None:
    tab.open("tune")
    first, others = reasons(tab), tab.results()
    assert "Why is this relevant?" in first and "Nearest in their history" in first
    label = choose(tab, 4)
    assert label.startswith("5. ") and reasons(tab) != first
    assert f"why={tab.items()[4]}" in tab.page.url
    assert others.split("\n")[0] == tab.results().split("\n")[0], "the rest of the page stays"
    told = reasons(tab)
    tab.open(tab.page.url.removeprefix(tab.address + "/"))
    assert reasons(tab) == told


def test_compare_explains_the_products_of_both_lists_in_chinese(tab: Tab) -> None:
    tab.open("compare?lang=zh&diversity=0.8")
    first = reasons(tab)
    assert "为什么相关？" in first and "得分的构成" in first
    assert choose(tab, 2).startswith("B 3. ")
    assert reasons(tab) != first

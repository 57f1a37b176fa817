"""Why a product moved, as a user asks it: choose a dropout, read what it repeats and at which λ it would stay."""

from tests.browser.driver import Tab
from tests.browser.test_why import choose

CARD = ".st-key-moved_card"


def told(tab: Tab) -> str:
    return str(tab.page.locator(CARD).inner_text())


def steps(tab: Tab) -> list[float]:
    """Heights of the drawn places, one for each λ."""
    found: list[float] = tab.page.evaluate(
        "card => [...document.querySelector(card + ' .js-plotly-plot')._fullData[0].y]", arg=CARD
    )
    return found


def test_a_dropout_is_told_and_drawn(tab: Tab) -> None:
    tab.open("tune?diversity=0.8")
    before, drawn = told(tab), steps(tab)
    assert before.startswith("Why did it move?") and "Place 1" in before and len(drawn) == 21
    assert choose(tab, len(tab.items())).startswith("× ")
    after = told(tab)
    assert "Dropped out; place" in after and "Likest in the list" in after and steps(tab) != drawn
    assert steps(tab)[16] > len(tab.items()), "not listed at λ 0.80"


def test_compare_tells_moves_between_its_lists_in_chinese(tab: Tab) -> None:
    tab.open("compare?lang=zh&diversity=0.8")
    assert choose(tab, 9).startswith("B 10. ")
    assert "为什么移动？" in told(tab) and "列表 A 中" in told(tab)

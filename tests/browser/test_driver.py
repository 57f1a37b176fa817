"""The tab that tests are given: nothing of one test is left in the browser for the next."""

from tests.browser.conftest import WINDOW, fresh_tab

KEEP = """() => {
    localStorage.setItem('left', 'behind')
    sessionStorage.setItem('left', 'behind')
    document.cookie = 'left=behind'
}"""
KEPT = "() => [localStorage.getItem('left'), sessionStorage.getItem('left'), document.cookie.includes('left')]"


def test_a_tab_has_nothing_of_the_one_before(context, address: str) -> None:  # type: ignore[no-untyped-def]
    static = f"{address}/_stcore/health"
    with fresh_tab(context, address) as first:
        first.page.goto(static)
        first.page.evaluate(KEEP)
        assert first.page.evaluate(KEPT) == ["behind", "behind", True]
        first.page.set_viewport_size({"width": 390, "height": 900})
    with fresh_tab(context, address) as second:
        second.page.goto(static)
        assert second.page.evaluate(KEPT) == [None, None, False]
        assert second.page.viewport_size == WINDOW
        second.page.evaluate("() => { setTimeout(() => { throw Error('a fault') }) }")
        assert second.until(lambda: len(second.faults) == 1)
    assert len(context.pages) == 1 and first.faults == []

"""Another language, and back again: the same view in other words, on every page, with settings off their defaults."""

from urllib.parse import parse_qs, urlparse

import pytest

from tests.browser.driver import Tab
from ui.shell.navigation import SECTIONS
from ui.text.words import LANGUAGES, table

PAGES = [name for pages in SECTIONS.values() for name in pages]
SETTINGS = (
    "surface=new&method=msd&normalize=rank&similarity=both&diversity=0.55&pool=100&shopper=all&map_colour=category"
    "&map_parts=category&same=most&from_method=dpp&third=cover&k=7&floor=revenue:0.9"
)


def view(tab: Tab) -> dict[str, list[str]]:
    """The settings in the address, in whatever language."""
    return {name: value for name, value in parse_qs(urlparse(tab.page.url).query).items() if name != "lang"}


@pytest.mark.parametrize("times", [1, pytest.param(2, marks=pytest.mark.long)])
@pytest.mark.parametrize("page", PAGES)
def test_there_and_back_again(tab: Tab, page: str, times: int) -> None:
    tab.page.goto(f"{tab.address}/{'' if page == 'overview' else page}?{SETTINGS}")
    tab.page.locator("h1").first.wait_for()
    tab.page.locator(".st-key-preparing").wait_for(state="detached")
    tab.rest()
    first = view(tab)
    assert first == parse_qs(SETTINGS)
    for lang in ("zh", "en") * (times + (page == "tune")):  # which has most controls: there always twice
        tab.page.get_by_test_id("stSidebar").get_by_text(LANGUAGES[lang], exact=True).click()
        tab.page.get_by_role("heading", name=table()[f"{page}.title"][lang], exact=True).first.wait_for()
        tab.rest()
        assert tab.page.locator(".st-key-failed").count() == 0, tab.text()
        assert view(tab) == first
    assert tab.console_errors == [], "the console is clean"

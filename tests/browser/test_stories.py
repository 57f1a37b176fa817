"""Every link of every story opens its page with the settings it names, and leads on to the next step."""

from urllib.parse import parse_qs, urlsplit

import pytest

from engine.bench.bench import Bench
from engine.diagnosis.stories import Story
from tests.browser.driver import Tab
from ui.background import story_remedy
from ui.state import View
from ui.text.words import table

BANNER = ".st-key-story_banner"


@pytest.fixture(scope="module")
def told(bench: Bench) -> tuple[Story, ...]:
    return story_remedy.told(bench)


def all_known(tab: Tab) -> Tab:
    """Wait until the Stories page has all steps, the remedy included."""
    tab.page.locator(".st-key-stories").wait_for()
    tab.page.locator(".st-key-remedy_running").wait_for(state="detached", timeout=240_000)
    return tab.rest()


def come(tab: Tab, story: Story, at: int) -> None:
    """Wait for a step's page and check it: title, banner, settings."""
    step = story.steps[at]
    tab.page.wait_for_url(f"**story={story.name}.{at + 1}*")
    tab.page.locator(BANNER).wait_for()
    tab.rest()
    place = table()["stories.place"]["en"].format(
        story=table()[f"stories.{story.name}.title"]["en"], step=at + 1, steps=len(story.steps)
    )
    tab.page.locator(BANNER).get_by_text(place).wait_for()
    assert tab.page.locator("h1").inner_text() == table()[f"{step.page}.title"]["en"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(tab.page.url).query).items()}
    for name, value in step.settings.items():
        assert getattr(View.of_link(asked), name) == value, (name, value, tab.page.url)


def test_every_story_can_be_told_from_its_first_link_to_its_last(tab: Tab, told: tuple[Story, ...]) -> None:
    assert all(story.steps for story in told)
    tab.page.goto(f"{tab.address}/stories")
    for number, story in enumerate(told):
        all_known(tab)
        before = sum(len(other.steps) for other in told[:number])
        tab.page.locator(".st-key-stories [data-testid=stPageLink] a").nth(before).click()
        for at in range(len(story.steps)):
            come(tab, story, at)
            tab.page.locator(f"{BANNER} a").last.click()
        tab.page.wait_for_url("**/stories*")
        tab.rest()


def test_every_link_on_the_page_leads_to_its_step(tab: Tab, told: tuple[Story, ...]) -> None:
    """Each link has its step's page and settings as its address; one to each page is followed."""
    steps = [(story, at) for story in told for at in range(len(story.steps))]
    followed: set[str] = set()
    tab.open()
    for number, (story, at) in enumerate(steps):
        if "/stories" not in tab.page.url:
            tab.go("stories")
        links = all_known(tab).page.locator(".st-key-stories [data-testid=stPageLink] a")
        assert links.count() == len(steps)
        step = story.steps[at]
        address = urlsplit(links.nth(number).get_attribute("href"))
        assert address.path.strip("/") == ("" if step.page == "overview" else step.page), (step, address)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        assert asked["story"] == f"{story.name}.{at + 1}"
        assert {name: getattr(View.of_link(asked), name) for name in step.settings} == step.settings
        if step.page not in followed:
            followed.add(step.page)
            links.nth(number).click()
            come(tab, story, at)


def view(story: Story, at: int) -> str:
    """A step's page and settings as a link."""
    step = story.steps[at]
    return f"{step.page}?" + "&".join(f"{name}={value}" for name, value in step.settings.items())


def test_a_figure_said_is_the_figure_shown(tab: Tab, told: tuple[Story, ...]) -> None:
    alike, free, _ = told
    shown = tab.open(view(free, 1)).cards()
    said = free.steps[1].figures
    assert shown["look_alike_pairs"] == [f"{said['pairs'].value:.0f}"]
    assert shown["score_kept"] == [f"{100 * said['kept'].value:.1f}"]
    shown = tab.go(view(alike, 1)).cards()
    assert shown["tail_share"] == [f"{100 * alike.steps[1].figures['slow'].value:.1f}"]
    shown = tab.go(view(alike, 2)).cards()
    assert shown["unseen"] == [f"{alike.steps[2].figures['unseen'].value:,.0f}"]
    shown = tab.go(view(alike, 3)).cards()
    assert shown["shared_products"] == [f"{alike.steps[3].figures['after'].value:.2f}"]


def test_the_address_follows_a_step_on_the_same_page_and_so_does_the_way_back(
    tab: Tab, told: tuple[Story, ...]
) -> None:
    free = told[1]
    assert free.steps[0].page == free.steps[1].page
    tab.open(f"{view(free, 0)}&story=free.1")
    before = tab.items()
    tab.page.locator(f"{BANNER} a").last.click()
    come(tab, free, 1)
    assert tab.items() != before
    tab.page.go_back()
    come(tab, free, 0)
    assert tab.items() == before


def test_a_story_ends_where_the_user_goes_her_own_way(tab: Tab, told: tuple[Story, ...]) -> None:
    step = told[1].steps[0]
    query = "&".join(f"{name}={value}" for name, value in step.settings.items())
    tab.open(f"{step.page}?{query}&story=free.1")
    tab.page.locator(BANNER).wait_for()
    tab.page.get_by_test_id("stSidebarNav").get_by_role("link", name=table()["compare.title"]["en"]).click()
    tab.page.wait_for_selector("[data-card=rbo]")
    tab.rest()
    assert tab.page.locator(BANNER).count() == 0
    assert "story=" not in tab.page.url
    assert f"shopper={step.settings['shopper']}" in tab.page.url  # the rest of the view stays


def test_a_broken_story_is_no_story(tab: Tab) -> None:
    for number, story in enumerate(("alike.9", "nothing.1", "free", "alike.3")):
        (tab.go if number else tab.open)(f"tune?story={story}")
        assert tab.page.locator(BANNER).count() == 0, story
        assert tab.until(lambda: "story=" not in tab.page.url), story


def test_a_link_to_the_first_page_copied_from_the_stories_leads_there(tab: Tab, told: tuple[Story, ...]) -> None:
    """The first page has no path: the browser resolves a link to it against the page that it stands on."""
    story, at = next((story, at) for story in told for at, step in enumerate(story.steps) if step.page == "overview")
    tab.page.goto(f"{tab.address}/stories?{view(story, at).partition('?')[2]}&story={story.name}.{at + 1}")
    come(tab, story, at)


def test_the_last_step_of_the_bubble_says_what_the_map_shows(tab: Tab, told: tuple[Story, ...]) -> None:
    step = told[2].steps[3]
    card = tab.open(view(told[2], 3)).page.locator("[data-card=spread]").inner_text()
    assert all(f"{step.figures[name].value:.3f}" in card for name in ("before", "after"))

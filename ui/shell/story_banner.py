"""Stories put into words, and the banner that leads a presenter from page to page."""

from typing import Literal

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.stories import Story, StoryFigure, StoryStep
from ui import state
from ui.background import preparation, story_remedy
from ui.text import figures, shoppers
from ui.text.words import plain, t

MINUTES = 0.8  # to say the sentence of a step and to let the audience look


def current(bench: Bench | None, page: str) -> tuple[Story, int] | None:
    """The story being presented and the place of its step, if that step is this page's; else the story ends."""
    name, _, number = state.view().story.partition(".")
    if not name or bench is None:
        return None
    for story in _told(bench):
        at = int(number) - 1
        if story.name == name and at < len(story.steps) and story.steps[at].page == page:
            return story, at
    state.put(story="")  # the user left the story
    return None


def _told(bench: Bench) -> tuple[Story, ...]:
    with st.spinner(t("stories.looking")):
        return story_remedy.told(bench)


def banner(page: str) -> None:
    """Above a page's title while a story is presented: the step's sentence, and the way back and on."""
    if not state.view().story:
        return
    bench = preparation.preparation().bench
    position = current(bench, page)
    if position is None or bench is None:
        return
    story, at = position
    with st.container(key="story_banner", horizontal=True, vertical_alignment="center", gap="small"):
        place = t("stories.place", story=t(f"stories.{story.name}.title"), step=at + 1, steps=len(story.steps))
        st.markdown(f":green[:small[{place}]]  \n**{sentence(bench, story, story.steps[at])}**", width="stretch")
        _way(story, at - 1, t("stories.back"), "arrow_back", "left")
        _way(story, at + 1, t("stories.next"), "arrow_forward", "right")


def _way(story: Story, at: int, label: str, icon: str, position: Literal["left", "right"]) -> None:
    """A link to a step; before the first and after the last one it leads to the stories."""
    inside = 0 <= at < len(story.steps)
    step_link(story, at, label, icon, position) if inside else st.page_link(
        "pages/stories.py", label=label, icon=f":material/{icon}:", icon_position=position, width="content",
        query_params=state.fresh_link(),
    )  # fmt: skip


def forward() -> None:
    """Go on to the step that the URL asks for. The first page has no path of its own, so that a link to a step there,
    opened in a new tab or copied from this page, leads here."""
    requested, bench = st.query_params.get("story"), preparation.preparation().bench
    if not requested or bench is None:
        return
    for story in _told(bench):
        for at, step in enumerate(story.steps):
            if requested == f"{story.name}.{at + 1}":
                st.switch_page(f"pages/{step.page}.py", query_params=state.link())


def step_link(
    story: Story, at: int, label: str, icon: str = "arrow_forward", position: Literal["left", "right"] = "right"
) -> None:
    """The link to a step's page with the step's settings."""
    step = story.steps[at]
    st.page_link(
        f"pages/{step.page}.py", label=label, icon=f":material/{icon}:", icon_position=position, width="content",
        query_params=state.fresh_link(**step.settings, story=f"{story.name}.{at + 1}"),
    )  # fmt: skip


def sentence(bench: Bench, story: Story, step: StoryStep) -> str:
    """What the presenter says at a step."""
    who = step.settings.get("shopper", shoppers.EVERYONE)
    surface = t(f"surface.{step.settings['surface']}")
    return t(
        f"stories.{story.name}.{step.sentence}", surface=surface, who=plain(shoppers.label(who, bench)),
        **_blanks(step.figures),
    )  # fmt: skip


def missing(story: Story) -> str:
    """The reason why a story is not available in this shop."""
    if story.reason == "no_shoppers":
        return t("stories.no_shoppers")
    return t(f"stories.{story.name}.{story.reason}", **_blanks(story.figures))


def minutes(story: Story) -> int:
    """How long it takes to present a story."""
    return round(MINUTES * len(story.steps))


def _blanks(values: dict[str, StoryFigure]) -> dict[str, str]:
    """The figures of a sentence, as it writes them."""
    return {name: _written(figure) for name, figure in values.items()}


def _written(figure: StoryFigure) -> str:
    if figure.measure == "count":
        return f"{figure.value:,.0f}"
    if figure.measure == "diversity":
        return f"{figure.value:.2f}"
    if figure.measure == "share":
        return f"{100 * figure.value:.0f}%"
    value = figures.with_unit(figure.measure, figure.value, figure.one)
    if figure.n == 0 or not np.isfinite(figure.low):
        return value
    low, high = (figures.text(figure.measure, end) for end in (figure.low, figure.high))
    return t("stories.estimate", value=value, low=low, high=high, n=f"{figure.n:,}")

"""The card of one story: its promise, and its steps with a sentence and a link each."""

import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.stories import Story
from ui.shell import page, story_banner
from ui.text.words import t


def story_card(bench: Bench, number: int, story: Story) -> None:
    """A story that this shop's data do not allow says what is missing instead."""
    with page.card():
        head, badge = st.columns([5, 1], vertical_alignment="center")
        test = t(f"stories.{story.name}.promise")
        head.markdown(f"**{number} · {t(f'stories.{story.name}.title')}**  \n:gray[:small[{test}]]")
        if not story.steps:
            st.info(story_banner.missing(story), icon=":material/info:")
            return
        with badge.container(horizontal=True, horizontal_alignment="right"):
            st.badge(t("stories.minutes", n=story_banner.minutes(story)), icon=":material/schedule:", color="gray")
        for at, step in enumerate(story.steps):
            words, link = st.columns([3.3, 1], vertical_alignment="center")
            words.markdown(f":green[**{at + 1}**]\u2002{story_banner.sentence(bench, story, step)}")
            with link:
                story_banner.step_link(story, at, t(f"{step.page}.title"))

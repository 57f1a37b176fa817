"""Stories: what can I tell about this shop in ten minutes?"""

import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.stories import Story
from ui.background import results
from ui.shell import navigation, page, story_banner
from ui.text.words import t


def tell(bench: Bench, number: int, story: Story) -> None:
    """One story: its promise, and its steps with a sentence and a link each."""
    with page.card():
        head, badge = st.columns([5, 1], vertical_alignment="center")
        promise = t(f"stories.{story.name}.promise")
        head.markdown(f"**{number} · {t(f'stories.{story.name}.title')}**  \n:gray[:small[{promise}]]")
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


def main() -> None:
    bench = page.bench_or_wait("stories")
    if bench is None:
        return
    story_banner.forward()
    page.header("stories", t("stories.sentence"))
    with st.spinner(t("stories.looking")):
        found = results.stories(bench)
    with st.container(key="stories"):
        for number, story in enumerate(found, 1):
            tell(bench, number, story)
    st.markdown(f":gray[:small[{t('stories.settings')}]]")


navigation.enter("stories")
main()

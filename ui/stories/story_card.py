"""The card of one story: its promise, and its steps with a sentence and a link each.

The last steps of the story that everyone sees the same say what σ would change. They are computed in the background.
"""

import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.stories import Story
from ui.background import story_remedy
from ui.background.jobs import Job
from ui.shell import job_panel, page, story_banner
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
        _steps(bench, story)
        whole = _ending(bench, story, len(story.steps)) if story.name == story_remedy.NAME else story
        with badge.container(horizontal=True, horizontal_alignment="right"):
            st.badge(t("stories.minutes", n=story_banner.minutes(whole)), icon=":material/schedule:", color="gray")


def _steps(bench: Bench, story: Story, first: int = 0) -> None:
    for at, step in enumerate(story.steps[first:], first):
        words, link = st.columns([3.3, 1], vertical_alignment="center")
        words.markdown(f":green[**{at + 1}**]\u2002{story_banner.sentence(bench, story, step)}")
        with link:
            story_banner.step_link(story, at, t(f"{step.page}.title"))


def _ending(bench: Bench, story: Story, known: int) -> Story:
    """Draws the steps after the first `known`, or the progress of their job. The story as far as it is known."""
    jobs, job = story_remedy.jobs(bench), story_remedy.job(bench, story)
    whole: Story | None = job_panel.answer(jobs, job, "remedy", job_panel.share_done, _progress)
    if whole is None:
        return story
    _steps(bench, whole, known)
    return whole


def _progress(job: Job) -> str:
    return job_panel.step_words(job, "remedy")

"""Stories: what can I tell about this shop in ten minutes?"""

import streamlit as st

from ui.background import results
from ui.shell import navigation, page, story_banner
from ui.stories.story_card import story_card
from ui.text.words import t


def main() -> None:
    bench = page.bench_or_wait("stories")
    if bench is None:
        return
    story_banner.forward()
    page.header("stories", t("stories.sentence"))
    with st.spinner(t("stories.looking")):
        stories = results.stories(bench)
    with st.container(key="stories"):
        for number, story in enumerate(stories, 1):
            story_card(bench, number, story)
    st.markdown(f":gray[:small[{t('stories.settings')}]]")


navigation.enter("stories")
main()

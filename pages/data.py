"""Data: what is in this shop, which other shops are there, and how do I bring my own?"""

import streamlit as st

from ui import state
from ui.background import preparation
from ui.data import quality_cards, shop_list, upload_form, upload_questions, upload_report
from ui.data.upload_session import upload
from ui.shell import navigation, page, preparation_panel
from ui.state import options
from ui.text.words import plain, t

PARTS = ("shop", "shops", "add")


def this_shop(work: preparation.Preparation) -> None:
    """The shop in use: its numbers, its quality, what it lacks, its first rows."""
    if work.data is not None:
        data = work.data
        with st.spinner(t("data.looking")):
            seen = quality_cards.found(data)
        quality_cards.numbers(data, seen)
        quality_cards.glance(data, seen)
        quality_cards.details(data, seen)
        quality_cards.preview(data)
        if data.dropped:
            lost = sum(data.dropped.values())
            st.markdown(f":gray[:small[{t('data.dropped', n=lost, count=f'{lost:,}')}]]")


def add() -> None:
    """From files to a prepared shop: choose, map, check, prepare."""
    own = upload()
    with own.turn:
        upload_form.files(own)
        upload_form.columns(own)
        if "items" in own.files:
            upload_report.check(own)
            upload_questions.questions(own)
            upload_report.prepare(own)
            upload_report.every_problem(own)
        elif own.files:
            st.info(t("upload.items_first"), icon=":material/info:")


def main() -> None:
    work = preparation.preparation()
    badges = [("store", plain(work.data.name), "green")] if work.data is not None else []
    page.header("data", t("data.sentence"), badges)
    if st.session_state.pop("_prepared", False):
        st.toast(t("data.prepared"), icon=":material/check_circle:")
    labels = {part: t(f"data.part_{part}") for part in PARTS}
    st.segmented_control(
        t("data.title"), required=True, label_visibility="collapsed", **options.setting("data", labels)
    )
    if state.get("data") == "shop":
        if work.bench is None:
            preparation_panel.progress_panel(work)
        this_shop(work)
    elif state.get("data") == "shops":
        shop_list.shops()
    else:
        add()


navigation.enter("data")
main()

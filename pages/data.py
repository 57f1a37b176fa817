"""Data: what is in this shop, which other shops are there, and how do I bring my own?"""

import streamlit as st

from ui import state
from ui.background import preparation
from ui.data import shop_list
from ui.data.add_shop import add_shop
from ui.data.shop_in_use import shop_in_use
from ui.shell import navigation, page, preparation_panel
from ui.state import options
from ui.text.words import plain, t

PARTS = ("shop", "shops", "add")


def header(work: preparation.Preparation) -> None:
    """The title with the shop's name, and the choice of the section of the page."""
    badges = [("store", plain(work.data.name), "green")] if work.data is not None else []
    page.header("data", t("data.sentence"), badges)
    if st.session_state.pop("_prepared", False):
        st.toast(t("data.prepared"), icon=":material/check_circle:")
    labels = {section: t(f"data.part_{section}") for section in PARTS}
    st.segmented_control(
        t("data.title"), required=True, label_visibility="collapsed", **options.setting("data", labels)
    )


def main() -> None:
    work = preparation.preparation()
    header(work)
    if state.view().data == "shop":
        if work.bench is None:
            preparation_panel.progress_panel(work)
        data = work.data  # read once: it may come at any moment
        if data is not None:
            shop_in_use(data)
    elif state.view().data == "shops":
        shop_list.shops()
    else:
        add_shop()


navigation.enter("data")
main()

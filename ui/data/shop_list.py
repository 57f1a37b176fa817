"""The list of prepared shops, with buttons to open or delete one."""

import streamlit as st

from engine.data import Listed, delete_shop, list_shops, shop_folder
from engine.data.shops import describe
from ui import state
from ui.background import preparation, shop_in_use
from ui.text import problems
from ui.text.words import plain, t

SHOWN = ("items", "users", "interactions")


def shops() -> None:
    """One row for each shop. The one in use is marked."""
    used = shop_in_use.address(state.view().shop)
    for shop in _all():
        slug = shop.slug
        with st.container(border=True, key=f"shop_{slug or 'default'}"):
            left, middle, right = st.columns([2.2, 3, 1.9], vertical_alignment="center")
            left.markdown(f"**{plain(shop.name)}**")
            middle.markdown(f":gray[{_numbers(shop)}]")
            with right, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
                if shop_in_use.address(slug) == used:
                    st.badge(t("shop.in_use"), icon=":material/check:", color="green")
                else:
                    st.button(t("shop.open"), key=f"open_{slug or 'default'}", on_click=_open, args=(slug,))
                if slug not in ("", "sample") and shop_in_use.address(slug) != shop_in_use.default_shop():
                    st.button(
                        t("shop.delete"), key=f"delete_{slug}", icon=":material/delete:", type="tertiary",
                        on_click=_ask, args=(slug,),
                    )  # fmt: skip
    to_delete = st.session_state.pop("_delete_shop", None)
    if to_delete is not None:
        _confirm(to_delete)


def _all() -> list[Listed]:
    """The prepared shops of this home, preceded by the default shop if it is stored elsewhere."""
    listed = list_shops()
    default = shop_in_use.default_shop()
    if default in ("sample", *(str(shop.folder) for shop in listed)):
        return listed
    outside = describe(shop_folder(default))
    return [Listed("", outside.folder, outside.name, outside.counts), *listed]


def _numbers(shop: Listed) -> str:
    if shop.counts is None:
        return t("shop.not_prepared") if shop.slug == "sample" else t("shop.unreadable")
    return " · ".join(
        t(f"shop.{name}", n=shop.counts.get(name, 0), count=f"{shop.counts.get(name, 0):,}") for name in SHOWN
    )


def _open(slug: str) -> None:
    shop_in_use.switch(slug)
    state.put(data="shop")


def _ask(slug: str) -> None:
    st.session_state["_delete_shop"] = slug


def _confirm(slug: str) -> None:
    """Ask for confirmation before deleting: a shop's files and models cannot be restored."""
    shop = next((shop for shop in list_shops() if shop.slug == slug), None)
    if shop is None:
        return

    def delete() -> None:
        preparation.preparations().forget(str(shop.folder))
        if state.view().shop == slug:
            shop_in_use.switch("")
        with problems.refusals_shown():
            delete_shop(slug)

    @st.dialog(t("shop.delete_title"))
    def dialog() -> None:
        st.markdown(t("shop.delete_sure", name=plain(shop.name)))
        with st.container(horizontal=True):
            if st.button(t("shop.delete_yes"), key="delete_yes", type="primary", on_click=delete):
                st.rerun()
            if st.button(t("shop.delete_no"), key="delete_no"):
                st.rerun()

    dialog()

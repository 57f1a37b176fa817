"""Strategies that were saved under the name of this shop's folder, before shops had ids: one click takes them over."""

import streamlit as st

from engine.data import InputError
from engine.strategies import SavedShop
from ui.background.strategy_store import ME, opened, refused, shop
from ui.text.words import enumerated, plain, t

PROBLEM = "_not_adopted"  # of the session: why the last click did nothing
LISTED = 5  # names of strategies


def offer(waiting: SavedShop | None) -> None:
    """Offer the strategies that can be taken over. Draws nothing if there are none."""
    problem = st.session_state.pop(PROBLEM, None)
    if problem:
        st.error(problem, icon=":material/error:")
    if waiting is None:
        return
    names = enumerated(waiting.names[:LISTED]) + (" …" if len(waiting.names) > LISTED else "")
    with st.container(border=True, key="strategies_waiting"):
        st.markdown(f"**{t('adopt.title', n=len(waiting.names), name=plain(waiting.shop))}**")
        st.markdown(f":gray[{t('adopt.note', names=plain(names))}]")
        st.button(t("adopt.do"), key="adopt", icon=":material/move_to_inbox:", on_click=_adopt, args=(waiting.shop,))


def _adopt(other: str) -> None:
    try:
        with opened() as store:
            store.adopt(shop(store), other, author=st.session_state.get(ME) or t("adopt.author"))
    except InputError as error:
        st.session_state[PROBLEM] = refused(error)

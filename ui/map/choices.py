"""The controls of the map: similarity, colours, search, and the lists that are outlined."""

import streamlit as st

from engine.bench.bench import Bench
from ui import state
from ui.map import classes
from ui.state import options
from ui.text.shoppers import Who, column_name
from ui.text.words import t
from ui.widgets import controls


def choices(bench: Bench, who: Who) -> None:
    """A row of controls; which lists are outlined is asked for one shopper only."""
    one_shopper = who.row is not None
    with st.container(key="map_choices"):
        columns = st.columns([1.25, 1.15, 1.3, 1.2] if one_shopper else [1.25, 1.15, 1.3])
    with columns[0]:
        controls.choice("map_by", bench.similarities, t("map.by"), t("map.by_help"), "similarity")
    with columns[1]:
        _colour(bench)
    with columns[2]:
        st.text_input(t("map.find"), placeholder=t("map.find_hint"), icon=":material/search:", **state.widget("find"))
    if one_shopper:
        with columns[3]:
            labels = {name: t(f"map.{name}") for name in state.MAP_LISTS}
            st.selectbox(t("map.lists"), help=t("map.lists_help"), **options.setting("map_lists", labels))


def _colour(bench: Bench) -> None:
    labels = {name: t(f"map.{name}") for name in (*classes.BY_USE, classes.CLUSTER)}
    labels |= {option: column_name(facet) for option, facet in classes.colour_facets(bench).items()}
    if state.view().map_colour not in labels:  # a link may name what this shop lacks
        state.put(map_colour=next(iter(labels)))
    st.selectbox(t("map.colour"), help=t("map.colour_help"), **options.setting("map_colour", labels))

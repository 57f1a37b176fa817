"""How to read the map: what its colours mean."""

import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import MapExposure
from ui import charts, state
from ui.background.map_layout import MapWork
from ui.map import classes, figure
from ui.shell import page
from ui.text.shoppers import Who
from ui.text.words import t


def legend(bench: Bench, who: Who, views: MapExposure, ground: MapWork) -> None:
    """The card with the classes and their numbers of products; clusters have their names on the map."""
    with page.card(t("map.read")):
        if who.row is not None:
            st.markdown(f":small[:gray[{t('map.read_before')}]  \n:green[{t('map.read_now')}]]")
        if state.view().map_colour == classes.CLUSTER:
            st.markdown(f":small[{t('map.clusters_turn')}]")
            return
        entries = classes.classes(bench, state.view().map_colour, ground.rows, views, ground.clusters)
        with st.container(key="chart_map_legend"):  # no picture buttons: it says nothing by itself
            st.plotly_chart(
                figure.legend(entries), key="map_legend", theme=None, config=charts.CONFIG,
                alt=classes.spoken(entries),
            )  # fmt: skip

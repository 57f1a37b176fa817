"""The card with the map: title, progress of the layout, number of search results, and the chart."""

from typing import Any

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import MapExposure
from ui import charts, state
from ui.background.map_layout import MapWork
from ui.map import classes, figure
from ui.map.footprints import footprints
from ui.map.layout_state import layout_state
from ui.text.shoppers import Who
from ui.text.words import joined, t
from ui.widgets import product_texts


def map_card(bench: Bench, who: Who, views: MapExposure, ground: MapWork) -> Any:
    """Draws the map; Streamlit's event, which holds the points and loops selected."""
    texts = product_texts.product_texts(bench, ground.rows)
    query = state.view().find.strip()
    matches = product_texts.search(query, texts) if query else None
    entries = classes.classes(bench, state.view().map_colour, ground.rows, views, ground.clusters)
    outlines = footprints(bench, who, ground) if who.row is not None else []
    points = ground.shown.points
    labels = figure.cluster_labels(ground.clusters, ground.rows, points, bench) if ground.clusters else []
    carried = np.column_stack([ground.rows, views.lists_before[ground.rows], views.lists_now[ground.rows]])
    chart = figure.figure(points, carried.astype(np.int32), texts.hover, entries, matches, outlines, labels)
    title = t("map.drawn", n=f"{len(ground.rows):,}")
    with st.container(border=True):
        _head(bench, ground, title)
        if matches is not None:
            n = int(matches.sum())
            st.markdown(f":small[{t('map.found', n=n) if n else t('map.found_none')}]")
        event = charts.show(
            chart, "map", f"{title}; {classes.spoken(entries)}", config=figure.CONFIG, on_select="rerun",
            selection_mode=("points", "box", "lasso"),
        )  # fmt: skip
        st.markdown(f":gray[:small[{t('map.drawn_note')}]]")
    return event


def _head(bench: Bench, ground: MapWork, title: str) -> None:
    left, right = st.columns([2.4, 1.2], vertical_alignment="center")
    missing = len(bench.model.items) - len(ground.rows)
    note = joined(t("map.distance"), t("map.missing", n=f"{missing:,}") if missing else "")
    left.markdown(f"**{title}**  \n:gray[:small[{note}]]")
    with right:
        layout_state(ground)

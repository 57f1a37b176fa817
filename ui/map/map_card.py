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


def map_card(bench: Bench, who: Who, exposure: MapExposure, map_work: MapWork) -> Any:
    """Draws the map; Streamlit's event, which holds the points and loops selected."""
    texts = product_texts.product_texts(bench, map_work.rows)
    query = state.view().find.strip()
    matches = product_texts.search(query, texts) if query else None
    entries = classes.classes(bench, state.view().map_colour, map_work.rows, exposure, map_work.clusters)
    outlines = footprints(bench, who, map_work) if who.row is not None else []
    points = map_work.shown.points
    labels = figure.cluster_labels(map_work.clusters, map_work.rows, points, bench) if map_work.clusters else []
    carried = np.column_stack([map_work.rows, exposure.lists_before[map_work.rows], exposure.lists_now[map_work.rows]])
    chart = figure.figure(points, carried.astype(np.int32), texts.hover, entries, matches, outlines, labels)
    title = t("map.drawn", n=f"{len(map_work.rows):,}")
    with st.container(border=True):
        _head(bench, map_work, title)
        if matches is not None:
            n = int(matches.sum())
            st.markdown(f":small[{t('map.found', n=n) if n else t('map.found_none')}]")
        event = charts.show(
            chart, "map", f"{title}; {classes.spoken(entries)}", config=figure.CONFIG, on_select="rerun",
            selection_mode=("points", "box", "lasso"),
        )  # fmt: skip
        st.markdown(f":gray[:small[{t('map.drawn_note')}]]")
    return event


def _head(bench: Bench, map_work: MapWork, title: str) -> None:
    left, right = st.columns([2.4, 1.2], vertical_alignment="center")
    missing = len(bench.model.items) - len(map_work.rows)
    note = joined(t("map.distance"), t("map.missing", n=f"{missing:,}") if missing else "")
    left.markdown(f"**{title}**  \n:gray[:small[{note}]]")
    with right:
        layout_state(map_work)

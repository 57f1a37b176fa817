"""How to read the map: what its colours mean."""

import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import MapExposure
from ui import charts, state
from ui.background.map_layout import MapWork
from ui.charts import cut
from ui.charts.spec import Spec, note, spec
from ui.charts.theme import palette
from ui.map import classes
from ui.map.classes import Class
from ui.shell import page
from ui.text.shoppers import Who
from ui.text.words import t


def legend(bench: Bench, who: Who, exposure: MapExposure, map_work: MapWork) -> None:
    """The card with the classes and their numbers of products; clusters have their names on the map."""
    with page.card(t("map.read")):
        if who.row is not None:
            st.markdown(f":small[:gray[{t('map.read_before')}]  \n:green[{t('map.read_now')}]]")
        if state.view().map_colour == classes.CLUSTER:
            st.markdown(f":small[{t('map.clusters_turn')}]")
            return
        entries = classes.classes(bench, state.view().map_colour, map_work.rows, exposure, map_work.clusters)
        with st.container(key="chart_map_legend"):  # no picture buttons: it says nothing by itself
            st.plotly_chart(
                _chart(entries), key="map_legend", theme=None, config=charts.CONFIG,
                alt=classes.spoken(entries),
            )  # fmt: skip


def _chart(entries: list[Class]) -> Spec:
    """The classes with their colour, shape, name and number of products, largest class last as on the map."""
    data, notes = [], []
    for place, entry in enumerate(reversed(entries)):
        marker = {"color": entry.colour, "symbol": entry.symbol, "size": 11, "opacity": max(entry.opacity, 0.7)}
        if "open" in entry.symbol:
            marker["line"] = {"width": 1.5, "color": entry.colour}
        data.append({"type": "scatter", "x": [0], "y": [-place], "mode": "markers", "marker": marker,
                     "hoverinfo": "skip"})  # fmt: skip
        notes.append(note(cut(entry.label, 30), x=0, xshift=14, y=-place, xanchor="left"))
        count = {"xref": "paper", "xanchor": "right", "font": {"color": palette().muted}}
        notes.append(note(f"{entry.count:,}", x=1, y=-place, **count))
    return spec(
        data, 26 * len(entries) + 8, annotations=notes, xaxis={"visible": False, "range": [-0.05, 1]},
        yaxis={"visible": False, "range": [-len(entries) + 0.5, 0.5]},
    )  # fmt: skip

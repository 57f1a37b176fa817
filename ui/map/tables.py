"""The tables under the map: the products inside a loop, and the regions of the catalogue."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import MapExposure, Region, facet_regions, inside, regions
from engine.encoders.clusters import Clusters
from ui import state
from ui.background.map_layout import MapWork
from ui.map import rules
from ui.map.classes import CLUSTER, colour_facets
from ui.shell import page
from ui.state import options
from ui.text import products
from ui.text.shoppers import column_name
from ui.text.words import joined, t
from ui.widgets import downloads, product_texts

LISTED = 2_000  # rows of the table shown; the download has all


def chosen(bench: Bench, exposure: MapExposure, map_work: MapWork, event: Any) -> None:
    """The products inside the loop or box, with their attention before and now."""
    rules.done()
    mask = _selected(map_work, event)
    if not mask.any():
        with page.card(t("map.chosen_title")):
            st.markdown(f":gray[{t('map.chosen_empty')}]")
        return
    n = int(mask.sum())
    with page.card(t("map.chosen", n=f"{n:,}"), t("map.chosen_note", lists=f"{exposure.lists:,}")):
        listed_products(bench, exposure, map_work, mask, "map-products")
    rules.rule_buttons(bench, map_work.rows[mask])


def listed_products(
    bench: Bench, exposure: MapExposure, map_work: MapWork, mask: np.ndarray, name: str, height: int = 410
) -> None:
    """A table of some of the products drawn, mask bool [m], at most `height` pixels high, with its downloads."""
    table = _table(bench, exposure, map_work, mask)
    change = t("map.column.item_change")
    listed = table.head(LISTED).assign(**{change: table[change].round(3) + 0.0})  # no sign for 0
    st.dataframe(
        listed, hide_index=True, height=min(38 + 35 * len(listed), height), key=f"table_{name}",
        column_config=_formats(bench),
    )  # fmt: skip
    downloads.table(lambda: table, name)


def _selected(map_work: MapWork, event: Any) -> np.ndarray:
    """bool [m]: the products inside any loop or box, or clicked. The shapes are judged here: indices that a browser
    sends back can be those of another trace."""
    points = map_work.shown.points
    selection = event["selection"] if event else {}
    mask = np.zeros(len(points), bool)
    for loop in selection.get("lasso", []):
        mask |= inside(points, np.column_stack([loop["x"], loop["y"]]))
    for box in selection.get("box", []):
        (x0, x1), (y0, y1) = sorted(box["x"]), sorted(box["y"])
        mask |= (points[:, 0] >= x0) & (points[:, 0] <= x1) & (points[:, 1] >= y0) & (points[:, 1] <= y1)
    if not mask.any():
        clicked = [point["customdata"][0] for point in selection.get("points", []) if point.get("customdata")]
        mask |= np.isin(map_work.rows, np.array(clicked, dtype=np.int64))
    return mask


def _table(bench: Bench, exposure: MapExposure, map_work: MapWork, mask: np.ndarray) -> pd.DataFrame:
    texts, selected = product_texts.product_texts(bench, map_work.rows), np.flatnonzero(mask)
    rows = map_work.rows[selected]
    columns = {
        "title": [texts.titles[n] for n in selected],
        "under": [texts.under[n] for n in selected],
        "price": texts.price[selected],
        "item_before": 1000 * exposure.before[rows],
        "item_now": 1000 * exposure.now[rows],
        "item_change": 1000 * exposure.change[rows],
        "lists_now": exposure.lists_now[rows],
        "lists_unspread": exposure.lists_unspread[rows],
        "item_id": bench.data.items["item_id"].to_numpy()[rows],
    }
    if np.array_equal(exposure.lists_unspread, exposure.lists_now):
        del columns["lists_unspread"]
    order = np.argsort(-np.abs(columns["item_change"]), kind="stable")
    return pd.DataFrame({t(f"map.column.{name}"): np.asarray(values)[order] for name, values in columns.items()})


def _formats(bench: Bench) -> dict[str, Any]:
    names = {
        "price": products.price_format(bench.data),
        "item_before": "%.3f",
        "item_now": "%.3f",
        "item_change": "%+.3f",
    }
    return {t(f"map.column.{name}"): st.column_config.NumberColumn(format=form) for name, form in names.items()}


def parts(bench: Bench, exposure: MapExposure, map_work: MapWork) -> None:
    """Every region: its size, how much of it nobody is shown, attention before and now beside purchases."""
    evidence = bench.evidence("all")
    facets = colour_facets(bench)
    by_options = (*([CLUSTER] if map_work.clusters else []), *facets)
    if not by_options:
        return
    with page.card():
        left, right = st.columns([3, 1.2], vertical_alignment="bottom")
        with right:
            labels = {name: t("map.cluster") if name == CLUSTER else column_name(facets[name]) for name in by_options}
            if state.view().map_parts not in labels:
                state.put(map_parts=by_options[0])
            st.selectbox(t("map.parts"), help=t("map.parts_help"), **options.setting("map_parts", labels))
        by = state.view().map_parts
        kinds = (
            map_work.clusters if by not in facets and map_work.clusters else facet_regions(*evidence.facets[facets[by]])
        )
        rows = map_work.rows[kinds.labels[map_work.rows] >= 0]
        shown = [region for region in regions(kinds, rows, exposure, evidence.counts if evidence.has_history else None)
                 if region.products]  # fmt: skip
        unseen = sum(region.unseen == region.products for region in shown)
        unseen_words = t("map.regions_unseen", n=f"{unseen:,}", all=f"{len(shown):,}")
        left.markdown(f"**{t('map.regions')}**  \n:gray[:small[{joined(unseen_words, t('map.regions_note'))}]]")
        _parts_table(bench, kinds, shown, evidence.has_history)


def _parts_table(bench: Bench, kinds: Clusters, shown: list[Region], bought: bool) -> None:
    shown.sort(key=lambda region: (-region.unseen / region.products, -region.products))
    words = [" · ".join(products.of_data(bench, value) for value in name) for name in kinds.names]
    columns = {
        "cluster": [words[region.cluster][:1].upper() + words[region.cluster][1:] for region in shown],
        "products": [region.products for region in shown],
        "unseen": [100 * region.unseen / region.products for region in shown],
        "before": [100 * region.before for region in shown],
        "now": [100 * region.now for region in shown],
    }
    if bought:
        columns["bought"] = [100 * region.bought for region in shown]
    table = pd.DataFrame({t(f"map.column.{name}"): values for name, values in columns.items()})
    percent = st.column_config.NumberColumn(format="%.1f%%")
    formats: dict[str, Any] = {t(f"map.column.{name}"): percent for name in ("before", "now", "bought")}
    share = st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100)
    formats[t("map.column.unseen")] = share
    st.dataframe(
        table, hide_index=True, height=min(38 + 35 * len(table), 330), column_config=formats, key="map_regions"
    )
    downloads.table(lambda: table, "map-regions")

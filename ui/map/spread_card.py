"""The card on what spread σ changes: products that come into lists, those that go out, and those shown to nobody."""

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import MapExposure
from engine.strategy.strategy import Strategy
from ui.background.map_layout import MapWork
from ui.map.tables import listed_products
from ui.shell import navigation, page
from ui.state import options
from ui.text.words import t

HEIGHT = 290  # pixels of the table


def spread_card(bench: Bench, strategy: Strategy, exposure: MapExposure, map_work: MapWork) -> None:
    """The figures, and a table of the products that come in or go out; where σ is 0, how to set it."""
    if not strategy.spread:
        with page.card(t("map.spread_title"), key="map_spread"):
            st.markdown(f":gray[{t('map.spread_off', spread=t('control.spread'))}]")
            navigation.link("tune", t("map.spread_set"))
        return
    rows = map_work.rows
    masks = {"newly_shown": exposure.newly_shown[rows], "no_longer_shown": exposure.no_longer_shown[rows]}
    settings = {"spread": f"{strategy.spread:.2f}", "diversity": f"{strategy.diversity:.2f}"}
    with page.card(t("map.spread_title"), t("map.spread_note", lists=f"{exposure.lists:,}", **settings),
                   key="map_spread"):  # fmt: skip
        st.markdown(f"**{_found(exposure, rows, masks)}**")
        names = {name: f"{t(f'map.{name}')} · {mask.sum():,}" for name, mask in masks.items()}
        st.segmented_control(
            t("map.spread_which"), required=True, **options.options("map_spread_which", names, "newly_shown")
        )
        which = options.chosen("map_spread_which")
        if masks[which].any():
            listed_products(bench, exposure, map_work, masks[which], f"map-{which.replace('_', '-')}", HEIGHT)
        else:
            st.markdown(f":gray[{t('map.spread_none')}]")


def _found(exposure: MapExposure, rows: np.ndarray, masks: dict[str, np.ndarray]) -> str:
    unseen = int((exposure.lists_now[rows] == 0).sum())
    counts = {"shown": masks["newly_shown"].sum(), "gone": masks["no_longer_shown"].sum(), "unseen": unseen}
    return t("map.spread_found", n=f"{len(rows):,}", **{name: f"{count:,}" for name, count in counts.items()})

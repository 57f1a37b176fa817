"""The shop in use: its numbers, its quality, what it lacks, its first rows."""

import streamlit as st

from engine.data import Dataset
from ui.data import quality_cards
from ui.data.repair_buttons import repair_buttons
from ui.text.words import t


def shop_in_use(data: Dataset) -> None:
    """The part of the page about one shop, and how many rows were dropped when it was prepared."""
    with st.spinner(t("data.looking")):
        quality = quality_cards.quality_of(data)
    quality_cards.numbers(data, quality)
    quality_cards.glance(data, quality)
    repair_buttons(data, quality)
    quality_cards.details(data, quality)
    quality_cards.preview(data)
    if data.dropped:
        dropped = sum(data.dropped.values())
        st.markdown(f":gray[:small[{t('data.dropped', n=dropped, count=f'{dropped:,}')}]]")

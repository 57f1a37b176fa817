"""The questions that a shop's data cannot answer, so that pages say it instead of showing nothing."""

import pandas as pd

from engine.data.dataset import Dataset

CHINESE = r"[\u3400-\u9fff]"
MOSTLY = 0.2  # share of titles with Chinese letters from which the catalogue counts as Chinese


def missing_data(data: Dataset) -> list[str]:
    """Codes of what the shop lacks, the most serious first.

    interactions: a catalogue alone. wanted: a log without a buy, click or rating. short: four weeks of log or less.
    text, category, brand, provider, colour, price: no such values. groups: nothing known of shoppers. anonymous: some
    lines have no shopper. chinese: titles that an English text encoder does not read.
    """
    missing = []
    if data.start is None or data.end is None:
        missing.append("interactions")
    else:
        if data.positives().empty:
            missing.append("wanted")
        elif (data.end - pd.Timedelta(weeks=4)).normalize() <= data.start:  # as `default_cutoff` has it
            missing.append("short")
    if not any(_has(data.items, name) for name in ("title", "description")):
        missing.append("text")
    missing += [name for name in ("category", "price", "brand", "provider", "colour") if not _has(data.items, name)]
    if data.start is not None and data.users.shape[1] < 2:
        missing.append("groups")
    if data.anonymous is not None:
        missing.append("anonymous")
    if "title" in data.items and data.items["title"].str.contains(CHINESE, na=False).mean() >= MOSTLY:
        missing.append("chinese")
    return missing


def _has(items: pd.DataFrame, column: str) -> bool:
    return column in items and bool(items[column].notna().any())

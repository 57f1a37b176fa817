"""The lists of one shopper, joined item by item, and why each dropout left."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.explain.slots import replaced
from engine.strategy.strategy import Strategy
from ui import charts
from ui.charts.slopes import slopes
from ui.compare.settings import heads
from ui.shell import page
from ui.text import products
from ui.text.words import clauses, enumerated, labelled, plain, t

Entry = tuple[str, str]  # id and title


def joined_lists(bench: Bench, row: int, strategies: list[Strategy], lists: Sequence[np.ndarray]) -> None:
    """lists: of the shopper `row`, int64 [1, k] for each strategy chosen."""
    columns = [[(str(item), products.title(bench, item)) for item in items[0] if item >= 0] for items in lists]
    names = heads(strategies)
    with page.card(t("compare.joined"), t("compare.joined_note")):
        charts.show(slopes(columns, names), "slopes", _spoken(columns, names))
        _dropouts(bench, row, strategies)


def _spoken(columns: list[list[Entry]], names: list[str]) -> str:
    """The lists in words, for those who cannot see the chart."""
    return clauses(
        labelled(name, enumerated(title for _, title in entries)) for name, entries in zip(names, columns, strict=True)
    )


def _dropouts(bench: Bench, row: int, strategies: list[Strategy]) -> None:
    """Why each dropout left: the item of the last list that it resembles most."""
    for dropout in replaced(bench, strategies[0], strategies[-1], row):
        key = "compare.left" if dropout.similarity > 0 else "compare.left_unlike"
        alike = f"{100 * dropout.similarity:.0f}"
        reason = t(key, title=plain(products.title(bench, dropout.nearest)), alike=alike)
        st.markdown(f":orange[✕] {plain(products.title(bench, dropout.item))} :gray[:small[— {reason}]]")

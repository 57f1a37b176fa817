"""The shopper's lists at λ = 0 and now, as far as their products are drawn."""

import numpy as np

from engine.bench.bench import Bench
from engine.evaluation.curve import before_and_now
from ui import state
from ui.background.map_layout import MapWork
from ui.map.figure import Footprint
from ui.strategy_editor import in_use
from ui.text import products
from ui.text.shoppers import Who

OUTLINED = {"both": (0, 1), "before": (0,), "now": (1,), "neither": ()}  # of the lists before and now


def footprints(bench: Bench, who: Who, map_work: MapWork) -> list[Footprint]:
    """The outlines that are chosen."""
    lists = drawn_lists(bench, who, map_work)
    outlines = []
    for at in OUTLINED[state.view().map_lists]:
        titles = [products.title(bench, int(item)) for item in map_work.rows[lists[at]]]
        outlines.append(Footprint(map_work.shown.points[lists[at]], titles, now=at == 1))
    return outlines


def drawn_lists(bench: Bench, who: Who, map_work: MapWork) -> list[np.ndarray]:
    """The lists of one shopper before and now, as positions among the rows drawn; products not drawn are left out."""
    lists = before_and_now(bench, in_use.in_use(bench), who.rows)[:, 0]
    return [_positions(map_work.rows, items) for items in lists]


def _positions(drawn: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Where catalogue rows stand among those drawn, which are sorted."""
    at = np.minimum(np.searchsorted(drawn, items), len(drawn) - 1)
    positions: np.ndarray = at[drawn[at] == items]
    return positions

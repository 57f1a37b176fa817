"""A warm start: the parameters of an earlier formula, carried over to a shop whose products and values have moved."""

import numpy as np
import torch
from torch import Tensor

from engine.data import Dataset
from engine.recommend.counts import Ints
from engine.recommend.known import Known
from engine.recommend.trilinear.formula import Formula

BIAS, FACET = "item_bias", "facets."


def warm_start(net: Formula, old: Formula, known: Known, data: Dataset, items: Ints) -> None:
    """Overwrite what `net` [n products] shares with `old`; a new product or value keeps its start. Parameters of
    another shape, because the settings or the groups changed, stay at their start too."""
    columns = known.columns(data, items)
    before, places = old.state_dict(), _facets(known, data)
    with torch.no_grad():
        for name, value in net.named_parameters():
            if name == BIAS:
                _rows(value, before[name], columns)
            elif name.startswith(FACET):
                at, rows = places[int(name.split(".")[1])]
                if at is not None:
                    _rows(value, before[f"{FACET}{at}.weight"], rows)
            elif value.shape == before[name].shape:
                value.copy_(before[name])


def _rows(value: Tensor, before: Tensor, places: Ints) -> None:
    """value[r] = before[places[r]] where there is such a row."""
    if value.shape[1:] == before.shape[1:]:
        here = np.flatnonzero(places >= 0)
        value[torch.from_numpy(here)] = before[torch.from_numpy(places[here])]


def _facets(known: Known, data: Dataset) -> list[tuple[int | None, Ints]]:
    """For each facet of the shop now: its old number, None if new, and the old code of each code (0 = unknown)."""
    old, matrices = list(known.facets), []
    for facet in data.facets(with_empty=True):
        values = data.codes(facet)[1]
        numbers = {value: code for code, value in enumerate(known.facets.get(facet, []), 1)}
        rows = np.array([0, *(numbers.get(value, -1) for value in values)], dtype=np.int64)
        matrices.append((old.index(facet) if facet in old else None, rows))
    return matrices

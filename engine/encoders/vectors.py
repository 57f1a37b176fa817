"""The item vectors of a shop: from texts, from behaviour, or from both."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.data import Dataset, Progress, silent
from engine.encoders.behaviour import behaviour_vectors
from engine.encoders.encoder import Encoder, Floats
from engine.encoders.text import encode_cached, item_texts
from engine.encoders.transformer import default_encoder

Kind = Literal["text", "behaviour", "both"]


def item_vectors(
    data: Dataset,
    kind: Kind,
    encoder: Encoder | None = None,
    report: Progress = silent,
    rows: npt.NDArray[np.int64] | None = None,
) -> Floats:
    """float32 [n_items, d], L2-normalised rows; a zero row where nothing is known.

    text       of `rows` only, by default the eligible items (all, where none is): encoding the sample's whole
               catalogue would take a minute, its eligible items take a quarter of that
    behaviour  from the purchases in `data`, so cut it first where that matters
    both       the two side by side, weighted so that their cosine is the mean of the two cosines; an item
               with one of them only is that one
    """
    if kind == "text":
        return _text(data, encoder or default_encoder(), report, rows)
    if kind == "behaviour":
        return behaviour_vectors(data, report)
    if kind != "both":
        raise ValueError(f"kind is 'text', 'behaviour' or 'both', not {kind!r}.")
    halves = [item_vectors(data, half, encoder, report, rows) for half in ("text", "behaviour")]
    joined: Floats = np.hstack(halves)
    norms = np.linalg.norm(joined, axis=1, keepdims=True)
    unit: Floats = np.divide(joined, norms, out=np.zeros_like(joined), where=norms > 0)
    return unit


def _text(data: Dataset, encoder: Encoder, report: Progress, rows: npt.NDArray[np.int64] | None) -> Floats:
    if rows is None:
        rows = data.eligible()
        rows = rows if len(rows) else np.arange(data.n_items, dtype=np.int64)
    vectors = np.zeros((data.n_items, encoder.dim), dtype=np.float32)
    vectors[rows] = encode_cached(item_texts(data.items.iloc[rows]), encoder, report)
    return vectors

"""Cold start: what the formula needs of new products."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.data import Dataset
from engine.encoders.text import item_texts
from engine.encoders.transformer import Transformer, default_encoder
from engine.recommend.counts import Floats, Ints
from engine.recommend.trilinear.catalogue import Catalogue, facet_codes, log_prices
from engine.recommend.trilinear.config import TrilinearConfig, Tuning
from engine.recommend.trilinear.texts import TrainedTexts


def catalogue_of(data: Dataset, rows: Ints, learned: Mapping[str, Tensor]) -> Catalogue:
    """Text and attributes of any catalogue rows; texts go through the encoder as it was tuned."""
    rows = np.asarray(rows, dtype=np.int64)
    if not learned:
        return Catalogue.of(data, rows)
    return Catalogue(_encoded(data, rows, learned), facet_codes(data)[rows], log_prices(data)[rows])


def encoding(learned: Mapping[str, Tensor]) -> Callable[[Sequence[str]], Floats]:
    """texts -> float32 [m, d_text], unit rows, by the encoder as it was tuned; an empty text is a zero row."""
    if learned:
        live = _live([], learned)
        live.model.eval()

        def tuned(texts: Sequence[str]) -> Floats:
            with torch.no_grad():
                vectors: Floats = live.encode(texts).numpy()
            return vectors

        return tuned
    encoder = default_encoder()

    def plain(texts: Sequence[str]) -> Floats:
        has_text = np.array([[bool(text.strip())] for text in texts])
        return np.where(has_text, encoder.encode(texts), np.float32(0))

    return plain


def _encoded(data: Dataset, rows: Ints, learned: Mapping[str, Tensor]) -> Floats:
    live = _live(item_texts(data.items.iloc[rows]), learned)
    live.refresh()
    table: Floats = live.table.numpy()
    return table


def _live(texts: Sequence[str], learned: Mapping[str, Tensor]) -> TrainedTexts:
    encoder = default_encoder()
    if not isinstance(encoder, Transformer):
        raise ValueError(
            f"This model tuned a transformer, and {encoder.name} is none. Set the encoder it was made with."
        )
    live = TrainedTexts(encoder, texts, TrilinearConfig(tuning=Tuning.FULL), "cpu")
    missing = live.model.load_state_dict(dict(learned), strict=False)
    if missing.unexpected_keys:
        raise ValueError(f"This model tuned another encoder than {encoder.name}. Set the encoder it was made with.")
    return live

"""Which words of a product's text make it relevant to a shopper: M_θ's part in the product, word by word."""

from collections.abc import Sequence

import numpy as np

from engine.data import Dataset
from engine.encoders.occlusion import occlusion
from engine.encoders.text import item_texts
from engine.recommend.counts import Floats, Ints
from engine.recommend.trilinear.catalogue import Catalogue, facet_codes, log_prices
from engine.recommend.trilinear.state import State, item_vectors


def words(state: State, data: Dataset, users: Ints, item: int, items: Ints) -> list[tuple[str, float]]:
    """See Trilinear.words; users [1], a known one; items [n], the eligible catalogue rows, ascending."""
    shopper, row = state.shoppers(users)[0], np.array([item])  # [d]
    codes, price = facet_codes(data)[row], log_prices(data)[row]  # [1, F], [1]
    promoted = np.append(state.snapshot.promoted[items == item], np.float32(0))[:1]  # [1]

    def value(texts: Sequence[str]) -> Floats:
        vectors, m = state.encode(texts), len(texts)  # [m, d_text]
        if vectors.shape[1] != state.sizes.text:
            raise ValueError("The model was made with another encoder. Set the one that it was made with.")
        catalogue = Catalogue(vectors, codes.repeat(m, axis=0), price.repeat(m))
        products: Floats = (item_vectors(state.net, catalogue, promoted.repeat(m)) @ shopper).numpy()  # [m]
        return products

    return occlusion(item_texts(data.items.iloc[row])[0], value)

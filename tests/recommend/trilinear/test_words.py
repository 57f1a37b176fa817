"""The words of a text against encoding it again without each, by an encoder that counts letters."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from engine.data import Dataset, Progress, silent
from engine.encoders.text import item_texts
from engine.recommend.trilinear import Trilinear, TrilinearConfig, cold
from engine.recommend.trilinear.catalogue import facet_codes, log_prices
from tests.fixtures.shops import journey, synthetic

LETTERS = 384  # as many numbers as the encoder that the model was made with


class Letters:
    """An encoder that counts letters."""

    name, fingerprint, dim = "letters", "letters", LETTERS

    def encode(self, texts: Sequence[str], report: Progress = silent) -> np.ndarray:
        counts = np.zeros((len(texts), LETTERS), dtype=np.float32)
        for row, text in enumerate(texts):
            for letter in text.lower():
                counts[row, ord(letter) % LETTERS] += 1
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return journey().before(pd.Timestamp("2017-11-06"))


@pytest.fixture
def model(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> Trilinear:
    made = Trilinear(TrilinearConfig(dim=8, heads=2, windows=1, epochs=0)).fit(data)
    made._state.net.user.weight.data += 0.1
    monkeypatch.setattr(cold, "default_encoder", Letters)
    return made


def test_a_word_adds_what_the_product_loses_without_it(model: Trilinear, data: Dataset) -> None:
    user, item = 3, int(model.items[5])
    text = item_texts(data.items.iloc[[item]])[0]
    net, shopper = model.net, model._state.shoppers(np.array([user]))[0].numpy()
    w = {name: value.detach().numpy() for name, value in net.named_parameters()}

    def product(words: str) -> float:
        """M_θ(X_i)·W_u(X_u)·W_a(X_a), written out."""
        meaning = Letters().encode([words])[0] * net.scale @ w["text.weight"].T + w["text.bias"]
        gate = 1 + np.array([log_prices(data)[item], 0.0]) @ w["numbers.weight"].T
        for at, code in enumerate(facet_codes(data)[item]):
            gate = gate + w[f"facets.{at}.weight"][code]
        return float((meaning * gate) @ shopper)

    found = model.words(data, user, item)
    assert len(found) >= 2 and max(abs(value) for _, value in found) > 1e-3
    start = 0
    for word, value in found:
        start = text.index(word, start)
        without = text[:start] + text[start + len(word) :]
        assert value == pytest.approx(product(text) - product(without), abs=1e-3)
        start += len(word)


def test_a_product_nobody_met_has_words_and_a_stranger_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = synthetic()
    made = Trilinear(TrilinearConfig(dim=8, windows=1, epochs=0)).fit(shop)
    monkeypatch.setattr(cold, "default_encoder", Letters)
    assert 79 not in made.items  # item 080 is new
    assert [word for word, _ in made.words(shop, 3, 79)][:2] == item_texts(shop.items.iloc[[79]])[0].split()[:2]
    with pytest.raises(ValueError, match="no history"):
        made.words(shop, -1, 79)


def test_another_encoder_is_refused(model: Trilinear, data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Letters, "encode", lambda self, texts: np.ones((len(texts), 3), dtype=np.float32))
    with pytest.raises(ValueError, match="another encoder"):
        model.words(data, 3, int(model.items[0]))

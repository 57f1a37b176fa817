"""The default encoder, really loaded."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.data import Cancelled
from engine.encoders import default_encoder, open_encoder, transformer
from engine.encoders.transformer import MINILM, Transformer

TEXTS = [
    "running shoes",
    "sneakers for jogging",
    "frozen pizza",
    "a",
    "a much longer text about " + "milk " * 40,
]


@pytest.fixture(scope="module")
def minilm() -> Transformer:
    encoder = open_encoder()
    assert isinstance(encoder, Transformer)
    return encoder


def test_likeness_makes_sense(minilm: Transformer) -> None:
    vectors = minilm.encode(TEXTS)
    assert vectors.shape == (5, minilm.dim) == (5, 384) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > 0.6 > 0.4 > cosines[0, 2]


def test_equals_the_textbook_pooling(minilm: Transformer) -> None:
    tokenizer, model, device = minilm._loaded
    batch = tokenizer([TEXTS[0]], return_tensors="pt").to(device)
    with torch.inference_mode():
        mean = model(**batch).last_hidden_state[0].mean(dim=0).cpu().numpy()
    np.testing.assert_allclose(minilm.encode(TEXTS)[0], mean / np.linalg.norm(mean), atol=1e-5)


def test_batches_do_not_matter(minilm: Transformer, monkeypatch: pytest.MonkeyPatch) -> None:
    together = minilm.encode(TEXTS)
    monkeypatch.setattr(transformer, "BATCH", 2)
    np.testing.assert_allclose(minilm.encode(TEXTS[::-1])[::-1], together, atol=1e-5)
    assert minilm.encode([]).shape == (0, 384)


def test_progress_is_reported_and_can_cancel(minilm: Transformer) -> None:
    seen: list[tuple[str, int, int]] = []
    minilm.encode(TEXTS, lambda *step: seen.append(step))
    assert seen == [("encode.text", 0, 5), ("encode.text", 5, 5)]

    def stop(step: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        minilm.encode(TEXTS, stop)


@pytest.fixture
def altered(minilm: Transformer, tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(minilm._folder, folder)
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    return folder


def test_other_weights_are_refused(minilm: Transformer, altered: Path) -> None:
    with pytest.raises(ValueError, match="sha256 differs"):
        Transformer(altered, MINILM, transformer.MINILM_SHA256).encode(TEXTS)


def test_a_folder_of_ones_own_is_taken_by_setting(
    minilm: Transformer, altered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENSHELF_ENCODER", str(altered))
    own = default_encoder()
    assert own.name == str(altered) and own.fingerprint != minilm.fingerprint
    mean = own.encode(TEXTS[:1])
    (altered / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    first_token = open_encoder(str(altered))
    assert np.abs(first_token.encode(TEXTS[:1]) - mean).max() > 0.01


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="EVENSHELF_ENCODER"):
        open_encoder(str(tmp_path))
    with pytest.raises(ValueError, match="neither a folder nor a model"):
        open_encoder("no/such/thing")

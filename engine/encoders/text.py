"""Text vectors of items, each distinct text encoded once in the life of the cache."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from engine.data import Progress, silent
from engine.data.storage import cache
from engine.encoders.encoder import Encoder, Floats

PARTS = ("title", "category", "description")
ELSE = ("subcategory", "brand", "provider", "colour")  # for a catalogue that has none of PARTS


def item_texts(items: pd.DataFrame) -> list[str]:
    """The text of each item that is encoded: "title. category. description", whichever of them it has."""
    columns = [name for name in PARTS if name in items] or [name for name in ELSE if name in items]
    texts = [""] * len(items)
    for name in columns:
        values = items[name].fillna("").astype(str).str.strip()
        pairs = zip(texts, values, strict=True)
        texts = [f"{text}. {value}" if text and value else text or value for text, value in pairs]
    return texts


def encode_cached(texts: Sequence[str], encoder: Encoder, report: Progress = silent) -> Floats:
    """Vectors of texts, float32 [n, dim]. An empty text is a zero row.

    One cache file per encoder maps a text's digest to its vector; for texts that are there the model is not needed.
    """
    distinct = sorted(set(texts) - {""})
    file = cache.cache_file("text", encoder.fingerprint)
    known = _known(file, encoder.dim)
    missing = [text for text in distinct if _digest(text) not in known]
    if missing:
        known |= zip(map(_digest, missing), encoder.encode(missing, report), strict=True)
        digests = np.array([np.frombuffer(digest, dtype=np.uint8) for digest in known])
        cache.write(file, {"digests": digests, "vectors": np.stack(list(known.values()))})
    known[_digest("")] = np.zeros(encoder.dim, dtype=np.float32)
    vectors = [known[_digest(text)] for text in texts]
    return np.stack(vectors) if vectors else np.zeros((0, encoder.dim), dtype=np.float32)


def _known(file: Path, dim: int) -> dict[bytes, Floats]:
    arrays = cache.read(file) or {}
    digests, vectors = arrays.get("digests"), arrays.get("vectors")
    if digests is None or vectors is None or vectors.shape != (len(digests), dim):
        return {}
    rows = vectors.astype(np.float32, copy=False)
    return {digest.tobytes(): row for digest, row in zip(digests, rows, strict=True)}


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]

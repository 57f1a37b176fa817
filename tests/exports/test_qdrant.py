"""Qdrant's own MMR, in memory, makes our lists: the same vectors, scores set to the cosine with one vector.

qdrant-client's local mode says that it chooses as the server does (qdrant_client/local/local_collection.py).
"""

import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from qdrant_client import QdrantClient
from qdrant_client.http.models import Distance, PointStruct, QueryRequest, VectorParams

from engine.exports import TargetNames, convert
from engine.strategy.strategy import Strategy
from tests.exports.mmr_cases import CLEAR, drawn, levels, oracle, ours, shapes, span_of, unit


def theirs(vectors: np.ndarray, query: np.ndarray, strategy: Strategy, span: float | None = None) -> list[int]:
    """What Qdrant answers to the exported file."""
    place = TargetNames(query=tuple(query.tolist()))
    request = QueryRequest(**json.loads(convert(strategy, "qdrant", place, span).text))
    client = QdrantClient(":memory:")
    field = {place.vectors: VectorParams(size=vectors.shape[1], distance=Distance.COSINE)}
    client.create_collection("products", vectors_config=field)
    points = [PointStruct(id=n, vector={place.vectors: row.tolist()}) for n, row in enumerate(vectors)]
    client.upsert("products", points)
    found = client.query_points("products", query=request.query, using=request.using, limit=request.limit)
    client.close()
    return [int(point.id) for point in found.points]


@settings(max_examples=120)
@given(shapes, levels)
def test_their_lists_are_ours(shape: tuple[int, ...], level: float) -> None:
    n, d, k, pool, seed = shape
    vectors, query = drawn(n, d, seed)
    strategy = Strategy(method="mmr", diversity=level, k=k, pool=max(k, pool), normalize="none")
    expected, lead = oracle(vectors, query, level, k, strategy.pool)
    assume(lead > CLEAR)
    assert theirs(vectors, query, strategy) == expected == ours(vectors, query, strategy)


@settings(max_examples=80)
@given(shapes, levels)
def test_with_the_span_a_min_max_level_makes_the_same_lists(shape: tuple[int, ...], level: float) -> None:
    n, d, k, pool, seed = shape
    vectors, query = drawn(n, d, seed)
    strategy = Strategy(method="mmr", diversity=level, k=k, pool=max(k, pool))
    span = span_of(vectors, query, strategy.pool)
    assume(span > 0.01)
    raw = level * span / (1 - level + level * span)
    expected, lead = oracle(vectors, query, raw, k, strategy.pool)
    assume(lead > CLEAR)
    assert theirs(vectors, query, strategy, span) == expected == ours(vectors, query, strategy)


def test_the_span_matters() -> None:
    """Left as it is, the λ of min-max scores would make other lists there."""
    vectors, query = drawn(60, 6, seed=3)
    strategy = Strategy(method="mmr", diversity=0.3, k=8, pool=40)
    assert theirs(vectors, query, strategy, span_of(vectors, query, 40)) == ours(vectors, query, strategy)
    assert theirs(vectors, query, strategy) != ours(vectors, query, strategy)


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_the_ends(level: float) -> None:
    """λ 0 is the nearest in order; λ 1 the nearest, then what is least like it."""
    vectors = unit(np.array([[1.0, 0.05], [1.0, 0.3], [0.6, 1.0], [0.05, 1.0]]))
    strategy = Strategy(method="mmr", diversity=level, k=3, normalize="none")
    expected = [0, 1, 2] if level == 0 else [0, 3, 2]
    query = unit(np.array([1.0, 0.0]))
    assert theirs(vectors, query, strategy) == ours(vectors, query, strategy) == expected


def test_below_a_right_angle_they_part_as_the_note_says() -> None:
    """Both others are more than a right angle from the first: alike here, told apart there."""
    vectors = unit(np.array([[1.0, 0.0], [-0.1, 1.0], [-0.9, -0.6]]))
    query = unit(np.array([0.9, 0.5]))
    strategy = Strategy(method="mmr", diversity=0.8, k=2, normalize="none")
    expected, _ = oracle(vectors, query, 0.8, 2, 3)
    assert theirs(vectors, query, strategy) == expected == [0, 2]
    assert ours(vectors, query, strategy) == [0, 1]
    assert "negative" in {note.key for note in convert(strategy, "qdrant").lost}

"""The weights from which similarity is mixed: shares of the embedding, of price and of a shop's facets."""

import math
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

EMBEDDING = "embedding"


def _weights(given: object) -> object:
    """Positive weights in one fixed order, the embedding first. ValueError unless they are shares that sum to 1."""
    if isinstance(given, tuple):
        given = dict(given)
    if not isinstance(given, Mapping) or not given:
        raise ValueError('write {"embedding": 0.6, "category": 0.4}')
    for name, weight in given.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= 1:
            raise ValueError(f"the weight of {name} must be a number from 0 to 1")
    if not math.isclose(sum(given.values()), 1, abs_tol=1e-6):
        raise ValueError(f"weights must sum to 1, these sum to {sum(given.values()):g}")
    ordered = sorted(given.items(), key=lambda entry: (entry[0] != EMBEDDING, entry[0]))
    return tuple((name, float(weight)) for name, weight in ordered if weight > 0)


Weights = Annotated[tuple[tuple[str, float], ...], BeforeValidator(_weights), PlainSerializer(dict)]

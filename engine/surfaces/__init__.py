"""Occasions on which lists are shown. One row of the table each; they all feed the same re-ranker."""

from engine.surfaces.personal import Personal
from engine.surfaces.similar import Similar, SimilarityScorer, nearest
from engine.surfaces.surface import Surface

SURFACES: dict[str, Surface] = {
    surface.name: surface
    for surface in (
        Personal("for_you", "all"),
        Personal("new", "new"),
        Similar(),
    )
}

__all__ = ["SURFACES", "Personal", "Similar", "SimilarityScorer", "Surface", "nearest"]

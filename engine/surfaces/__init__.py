"""The occasions on which lists are shown, one row of the table each; all of them use the same re-ranker."""

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

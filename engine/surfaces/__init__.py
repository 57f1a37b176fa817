"""The occasions on which lists are shown, one row of the table each; all of them use the same re-ranker."""

from engine.surfaces.personal import PersonalSurface
from engine.surfaces.similar import SimilarityScorer, SimilarSurface, nearest
from engine.surfaces.surface import Surface

SURFACES: dict[str, Surface] = {
    surface.name: surface
    for surface in (
        PersonalSurface("for_you", "all"),
        PersonalSurface("new", "new"),
        SimilarSurface(),
    )
}

__all__ = ["SURFACES", "PersonalSurface", "SimilarSurface", "SimilarityScorer", "Surface", "nearest"]

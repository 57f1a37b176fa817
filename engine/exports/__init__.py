"""Exports: a strategy for other systems, and lists for other programs, with what is carried over and what is not."""

from collections.abc import Callable

from engine.data.problems import refuse
from engine.exports.elasticsearch import elasticsearch
from engine.exports.exported import Carried, Exported, ExportRequest, Note, TargetNames
from engine.exports.opensearch import opensearch
from engine.exports.pairec import pairec
from engine.exports.qdrant import qdrant
from engine.exports.saved import saved
from engine.exports.weaviate import weaviate
from engine.exports.words import note_text
from engine.strategy.strategy import Strategy

__all__ = ["TARGETS", "Carried", "ExportRequest", "Exported", "Note", "TargetNames", "convert", "note_text"]

TARGETS: dict[str, Callable[[ExportRequest], Exported]] = {
    "strategy": saved,
    "opensearch": opensearch,
    "elasticsearch": elasticsearch,
    "qdrant": qdrant,
    "weaviate": weaviate,
    "pairec": pairec,
}


def convert(strategy: Strategy, target: str, place: TargetNames | None = None, span: float | None = None) -> Exported:
    """The strategy as a file for another system.

    place  the names in the other system
    span   what the other system's scores differ by within one pool, best less last, in (0, 2]: cosines. With it, a λ
           that was set for min-max scores becomes one for raw ones (`mmr.raw`)

    Raises InputError for a target that is not in TARGETS, and for a span outside its range or of no use: only scores
    that are min-max here need one.
    """
    if target not in TARGETS:
        fix = f"take one of {', '.join(TARGETS)}"
        raise refuse("export", "target", "not a system that settings can be written for", fix, value=target)
    if span is not None and not 0 < span <= 2:
        raise refuse("export", "span", "not a span of cosines", "give a number above 0, 2 at most", value=f"{span:g}")
    if span is not None and strategy.normalize != "minmax":
        fix = "leave the span out"
        raise refuse("export", "span", "only min-max scores are converted by a span", fix, value=f"{span:g}")
    return TARGETS[target](ExportRequest(strategy, place or TargetNames(), span))

"""The parts that the four search engines with MMR have in common.

All of them choose, one after the other, the product of the highest (1 - λ)·s - λ·c: s its similarity to the vector that
is searched with, c its highest similarity to a product already chosen. Here s is the model's score instead, spread over
0 to 1 in each pool unless the strategy says otherwise, and c counts from 0 upwards.
"""

from engine.exports.common import floor, others
from engine.exports.exported import BLANK, Carried, ExportRequest, Note
from engine.strategy.similarity_weights import EMBEDDING
from engine.strategy.strategy import Strategy


def raw(diversity: float, span: float) -> float:
    """The λ' in [0, 1] that chooses from raw scores as `diversity` does from min-max ones.

    span: best less last score of the pool, above 0. Min-max divides scores by it, so (1 - λ)·s/span - λ·c is to be
    greatest; times span / (1 - λ + λ·span) that is (1 - λ')·s - λ'·c with λ' = λ·span / (1 - λ + λ·span).
    """
    return diversity * span / (1 - diversity + diversity * span)


def diversity(setting: ExportRequest) -> float:
    """λ as the search engine takes it, 0 = relevance."""
    level = setting.strategy.diversity
    return level if setting.span is None else round(raw(level, setting.span), 6)


def carried(setting: ExportRequest, level: tuple[str, float], k: str, pool: str) -> tuple[Carried, ...]:
    """λ, the length and the pool, with the fields they have there; `level` with its value there."""
    return (Carried("diversity", setting.strategy.diversity, *level), *sizes(setting, k, pool))


def sizes(setting: ExportRequest, k: str, pool: str) -> tuple[Carried, ...]:
    """The length and the pool, with the fields they have there."""
    strategy = setting.strategy
    return (
        Carried("k", strategy.k, k, strategy.k),
        Carried("pool", strategy.pool, pool, strategy.pool),
    )


def lost(setting: ExportRequest, prices: tuple[Note, ...] = ()) -> tuple[Note, ...]:
    """What none of the four can carry over, the most important first. prices: the notes on spread, which differ."""
    strategy = setting.strategy
    return (
        *_relevance(strategy),
        *_method(strategy),
        *_scale(setting),
        *prices,
        *_likeness(strategy),
        *_rules(strategy),
        *floor(strategy),
        *_surface(strategy),
        *others(strategy),
        Note("similarity", "negative"),
        Note("pool", "approximate"),
    )


def needs(setting: ExportRequest, product: str, version: str) -> tuple[Note, ...]:
    """What must be done in any of the four before the file works; `version` is the first with MMR."""
    blank = (Note("surface", "vector", {"blank": BLANK}),) if setting.place.query is None else ()
    index = {"similarity": setting.strategy.similarity, "field": setting.place.vectors}
    return (
        Note("method", "version", {"product": product, "version": version}),
        Note("similarity", "index", index),
        *blank,
    )


def _by_likeness(strategy: Strategy) -> bool:
    """Whether the scores here are cosines as well: similar products, found by their texts' vectors."""
    return strategy.surface == "similar"


def _relevance(strategy: Strategy) -> tuple[Note, ...]:
    return () if _by_likeness(strategy) else (Note("surface", "relevance"),)


def _method(strategy: Strategy) -> tuple[Note, ...]:
    return () if strategy.method == "mmr" else (Note("method", "method", {"method": strategy.method}),)


def _scale(setting: ExportRequest) -> tuple[Note, ...]:
    strategy = setting.strategy
    if setting.span is not None:
        return (Note("normalize", "span", {"span": f"{setting.span:g}"}),)
    if strategy.normalize == "minmax":
        return (Note("normalize", "minmax"),)
    if strategy.normalize == "none" and _by_likeness(strategy):
        return ()
    return (Note("normalize", "scale"),)


def _likeness(strategy: Strategy) -> tuple[Note, ...]:
    others = [name for name, _ in strategy.facet_weights if name != EMBEDDING]
    return (Note("facet_weights", "facets", {"facets": ", ".join(others)}),) if others else ()


def _rules(strategy: Strategy) -> tuple[Note, ...]:
    limits = [
        Note(f"constraints.{n}", "limit", {"facet": entry.facet or "item_id"})
        for n, entry in enumerate(strategy.constraints)
    ]
    rules = [Note(f"rules.{n}", "rule", {"kind": entry.kind}) for n, entry in enumerate(strategy.rules)]
    return (*limits, *rules)


def _surface(strategy: Strategy) -> tuple[Note, ...]:
    return {"new": (Note("surface", "new"),), "similar": (Note("surface", "itself"),)}.get(strategy.surface, ())

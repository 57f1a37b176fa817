"""Crowding prices in other systems: a number of each product there, taken from scores as far as the system can do that.

A score there is a cosine, s. Here relevance is (s - last) / span over a pool, less the price p. Times the span that is
s - span·p and a constant, so a price counts there with the weight `span`; without a known span it is written as it is,
with the weight 1.
"""

from typing import Any

from engine.exports.exported import Carried, ExportRequest, Note

FIELD = "evenshelf_price"


def is_priced(setting: ExportRequest) -> bool:
    """Whether prices change the lists: at λ = 1 relevance counts for nothing, and so do they."""
    return setting.strategy.spread > 0 and setting.strategy.diversity < 1


def weight(setting: ExportRequest) -> float:
    """What a price of 1 takes from a cosine there."""
    return 1.0 if setting.span is None else setting.span


def carried(setting: ExportRequest, there: str, becomes: Any) -> tuple[Carried, ...]:
    """Where a system takes prices from scores; nothing where there are none."""
    return (Carried("spread", setting.strategy.spread, there, becomes),) if is_priced(setting) else ()


def left_out(setting: ExportRequest, key: str) -> tuple[Note, ...]:
    """Why a system cannot take prices from scores; `key` says it."""
    return (Note("spread", key),) if is_priced(setting) else without_effect(setting)


def without_effect(setting: ExportRequest) -> tuple[Note, ...]:
    """That spread does nothing at λ = 1."""
    return (Note("spread", "no_effect"),) if setting.strategy.spread and not is_priced(setting) else ()


def differences(setting: ExportRequest) -> tuple[Note, ...]:
    """What is different where a system takes prices from scores."""
    if not is_priced(setting):
        return without_effect(setting)
    if setting.span is not None:
        scale = Note("spread", "price_span", {"span": f"{setting.span:g}"})
    else:
        scale = Note("spread", "price_minmax" if setting.strategy.normalize == "minmax" else "price_scale")
    return (scale, Note("spread", "offsets"))


def needs(setting: ExportRequest) -> tuple[Note, ...]:
    """That the prices are to be stored there."""
    return (Note("spread", "prices", {"field": FIELD}),) if is_priced(setting) else ()


def rescore(setting: ExportRequest) -> dict[str, Any]:
    """The second pass of OpenSearch and Elasticsearch over the pool, which takes prices from scores.

    Scores there are (1 + cosine) / 2, so half the weight is due. A script's score must not be below 0: it gives
    1 - price, which is as much more for every product.
    """
    value = f"doc['{FIELD}']"
    script = {"source": f"{value}.size() == 0 ? 1 : 1 - {value}.value"}
    query = {"script_score": {"query": {"match_all": {}}, "script": script}}
    weights = {"query_weight": 1.0, "rescore_query_weight": round(weight(setting) / 2, 6)}
    return {"window_size": setting.strategy.pool, "query": {"rescore_query": query, **weights}}

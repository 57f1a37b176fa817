"""The cards above the list: the cost of λ in relevance, and its gain in variety."""

from typing import Any

from engine.evaluation.curve import Curve
from engine.strategy.strategy import Strategy
from ui.component import cards
from ui.text import figures, kept_words
from ui.widgets import measure_cards

ONE_SHOPPER = ("facet_count", "look_alike_pairs", "ild", "ild_mixed")
MANY = ("facet_count", "look_alike_pairs", "shared_products", "coverage", "ild_mixed")


def metric_cards(curve: Curve, strategy: Strategy, one: bool) -> None:
    """The figures at the strategy's λ, with their change since λ 0. one: of one shopper's list, not means of many."""
    now = curve.at(strategy.diversity)
    entries = _relevance_kept(curve, now, one)
    for key in filter(None, map(curve.key, ONE_SHOPPER if one else MANY)):
        values = curve.values(key)
        block = figures.block(key, values[now], values[0], strategy.k, one=one)
        entries.append(measure_cards.entry(key, [block], _counted(curve, now, key, one)))
    cards("tune_cards", entries, least=148)


def _relevance_kept(curve: Curve, at: int, one: bool) -> list[dict[str, Any]]:
    """The card of relevance kept, of both references where rules make them differ; nothing where it is not known."""
    name = "score_kept" if one or curve.key("ndcg") is None else "ndcg_kept"
    blocks = kept_words.blocks(curve, at, one)
    return [measure_cards.entry(name, blocks, _counted(curve, at, name, one))] if blocks else []


def _counted(curve: Curve, at: int, key: str, one: bool) -> str:
    return "" if one else figures.counted(curve.measured[at], key)

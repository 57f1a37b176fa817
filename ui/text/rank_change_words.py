"""Why a product moved, in sentences: plain text, in the language in use."""

from engine.bench.bench import Bench
from engine.explain.rank_changes import RankChange
from engine.explain.ranks_by_lambda import Crossing
from engine.strategy.strategy import Strategy
from ui.text import products
from ui.text.rule_words import rule_words
from ui.text.words import t

SMALL = 0.005  # a share that prints as 0 points


def sentences(bench: Bench, strategy: Strategy, move: RankChange, before: str = "") -> list[str]:
    """The sentences on one product: its ranks, then the product displaced and the rule, then the λ that changes it.

    before: the letter of the list that it is compared with; "" = λ 0.
    """
    when = t("moved.in_list", list=before) if before else t(f"moved.at_zero_{_kind(bench, strategy)}")
    parts = [
        _place(move, when),
        *_trade(bench, move, when),
        rule(bench, strategy, move),
        crossing_text(bench, strategy, move),
    ]
    return [sentence for sentence in parts if sentence]


def _kind(bench: Bench, strategy: Strategy) -> str:
    return "ruled" if strategy.entries(bench.today) else "plain"


def _place(move: RankChange, when: str) -> str:
    if not move.rank:
        return t("moved.place_out", place=move.before, when=when)
    if not move.before:
        return t("moved.place_new", rank=move.rank, when=when)
    key = "moved.place_same" if move.rank == move.before else "moved.place_moved"
    return t(key, rank=move.rank, place=move.before, when=when)


def _trade(bench: Bench, move: RankChange, when: str) -> list[str]:
    """The product displaced and what that would have repeated. For a dropout, the listed product most like it."""
    if not move.rank:
        if move.duplicate < 0:
            return [t("moved.likest_none")]
        return [t("moved.likest", title=products.title(bench, move.duplicate), alike=f"{100 * move.similarity:.0f}")]
    if move.displaced in (-1, move.item):
        return []
    parts = [t("moved.stood", title=products.title(bench, move.displaced), when=when), _relevance(move)]
    if move.duplicate >= 0:
        above = products.title(bench, move.duplicate)
        parts.append(t("moved.like_above", title=above, alike=f"{100 * move.similarity:.0f}"))
    if abs(move.redundancy_removed) >= SMALL:
        key = "moved.spared" if move.redundancy_removed > 0 else "moved.added"
        parts.append(t(key, n=f"{100 * abs(move.redundancy_removed):.0f}"))
    return parts


def _relevance(move: RankChange) -> str:
    if not abs(move.relevance_lost) >= SMALL:  # NaN: the model has no score for one of the two
        return t("moved.given_none") if move.relevance_lost == move.relevance_lost else ""
    key = "moved.given_up" if move.relevance_lost > 0 else "moved.won"
    return t(key, n=f"{100 * abs(move.relevance_lost):.0f}")


def rule(bench: Bench, strategy: Strategy, move: RankChange) -> str:
    """The rule that acted on a product; empty where none did."""
    if not move.effect:
        return ""
    if move.effect == "together":
        return t("moved.together_in" if move.rank else "moved.together_out")
    words = rule_words(strategy.all_entries[move.rule], bench)
    if move.effect == "place" and move.instead not in (-1, move.item):
        return t("moved.kept_out", title=products.title(bench, move.instead), rule=words)
    return t(f"moved.rule.{move.effect}", rule=words)


def crossing_text(bench: Bench, strategy: Strategy, move: RankChange) -> str:
    """The λ at which the rank of a product changes; with spread, lists are made at one λ alone."""
    if strategy.spread:
        return t("moved.with_spread", spread=f"{strategy.spread:.2f}")
    if move.crossing is None:
        return t("moved.always" if move.rank else f"moved.never_{_kind(bench, strategy)}")
    crossing: Crossing = move.crossing
    at = f"{crossing.diversity:.2f}"
    if crossing.place:
        return t("moved.would_stand", at=at, place=crossing.place)
    if not crossing.lasting:
        return t("moved.would_leave", at=at)
    return t("moved.leaves_below" if crossing.diversity < strategy.diversity else "moved.leaves_above", at=at)

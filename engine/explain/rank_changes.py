"""Why each product of one shopper's list moved: the relevance lost, the redundancy removed, the rule that decided."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from engine.bench.bench import Bench
from engine.bench.scores import shares_of
from engine.evaluation.relevance_kept import plain_lists
from engine.explain.ranks_by_lambda import Crossing, RanksByLambda, ranks_by_lambda
from engine.explain.rule_prices import Lists, lists_without
from engine.explain.slots import TIE
from engine.rerank import Slates
from engine.slates.rule_lookup import resolve
from engine.slates.shopper_sweep import shopper_slate
from engine.slates.similarity import similarity
from engine.strategy.strategy import Strategy

Array = np.ndarray
RuleEffect: TypeAlias = Literal["", "place", "hide", "in", "out", "together"]
Acted: TypeAlias = tuple[int, RuleEffect]


@dataclass(frozen=True)
class RankChange:
    """One product of the list, or one that dropped out of the list before.

    item        catalogue row
    rank        its rank, 1 … k; 0 = it dropped out
    before      its rank in the list before; 0 = it was not there
    share       its relevance, min–max over the shopper's pool: 1 = their best candidate, 0 = their last, below 0 = from
                beyond the pool; NaN = the model has no score for it
    displaced   the product that the list before has at this rank: itself where nothing changed, -1 where there is none
    relevance_lost  share of `displaced` less its own; below 0 where it is the more relevant of the two. Discounted by
                rank, these sum to the relevance that the list loses
    redundancy_removed  similarity of `displaced` to the most similar product above, less the same of the product
                        itself,
                as the strategy mixes similarity; each at least 0, and 0 at the first rank
    duplicate   for a listed product, the product above that `displaced` is most similar to (other than itself, where it
                moved up); for a dropout, the most similar product of the list. -1: none. `similarity` is their
                similarity
    rule        number of the strategy's entry that decided, -1: none; `effect` says how. "place": the re-ranker
                recorded that it decided this slot. "hide": it hides the product. "in", "out": without this entry alone
                the product would not be listed, or would be. "together": only without all of them would it be otherwise
                (rule -1). "": none
    instead     the better product that the rule kept out of this slot, -1 = none
    crossing    the λ that would change it; None: none does
    """

    item: int
    rank: int
    before: int
    share: float
    displaced: int
    relevance_lost: float
    redundancy_removed: float
    duplicate: int
    similarity: float
    rule: int
    effect: RuleEffect
    instead: int
    crossing: Crossing | None


@dataclass(frozen=True)
class RankChanges:
    """One shopper's list compared with the list before: its ranks first, then the dropouts in their old order."""

    changes: tuple[RankChange, ...]
    by_lambda: RanksByLambda

    def of(self, item: int) -> RankChange | None:
        """The change of a product; None if it is in neither list."""
        return next((move for move in self.changes if move.item == item), None)


def explain_rank_changes(bench: Bench, strategy: Strategy, row: int, before: Strategy | None = None) -> RankChanges:
    """The list of the shopper in `row` of `bench.users`, compared with that of another strategy for the same surface.

    before: by default λ = 0 without rules, the most relevant candidates. Its own pool may differ; shares are those of
    `strategy`'s. Raises InputError as `make_slates` does.
    """
    rows = np.array([row])
    slates = shopper_slate(bench, strategy, row)
    first = plain_lists(bench, strategy, rows)[0] if before is None else shopper_slate(bench, before, row).items[0]
    now, old = (items[items >= 0] for items in (slates.items[0], first))
    look = _Comparison(bench, strategy, row, slates, old)
    listed = [look.placed(slot, int(slates.rule[0, slot]), int(slates.instead[0, slot])) for slot in range(len(now))]
    return RankChanges((*listed, *(look.dropped(item) for item in old.tolist() if item not in now)), look.along)


class _Comparison:
    """Data shared by all products of two lists: that of `slates` [1, k] and `old`, int64 [n]."""

    def __init__(self, bench: Bench, strategy: Strategy, row: int, slates: Slates, old: Array) -> None:
        rows = np.array([row])
        now = slates.items[0][slates.items[0] >= 0]
        self.now, self.old = now.tolist(), old.tolist()
        known = np.unique(np.concatenate([now, old]))
        self._at = {int(item): place for place, item in enumerate(known)}
        self._similarity = similarity(bench, strategy, known)
        self._shares = shares_of(bench, strategy, known[None], rows)[0]
        self.along = ranks_by_lambda(bench, strategy, row)
        self._without: Lists = lists_without(bench, strategy, rows)
        numbers = set(strategy.entries(bench.today))
        free = shopper_slate(bench, strategy.without(numbers), row) if numbers else slates
        self._free = free.items[0].tolist()
        self._hidden = resolve(bench, strategy, bench.today, rows)[0].hidden if numbers else {}

    def placed(self, slot: int, rule: int, instead: int) -> RankChange:
        """A product that stands in the list, counted from 0."""
        item, above = self.now[slot], self.now[:slot]
        displaced = self.old[slot] if slot < len(self.old) else -1
        duplicate, similarity = self._nearest(displaced, [other for other in above if other != displaced])
        own_similarity = self._nearest(item, above)[1]
        redundancy_removed = similarity - own_similarity if displaced >= 0 else 0.0
        relevance_lost = self._share(displaced) - self._share(item)
        acted: Acted = (rule, "place") if rule >= 0 else self._acted(item, "in")
        return self._move(
            item, slot + 1, acted, (displaced, relevance_lost, redundancy_removed), (duplicate, similarity), instead
        )

    def dropped(self, item: int) -> RankChange:
        """A product of the list before that is not in the list."""
        acted: Acted = (self._hidden[item], "hide") if item in self._hidden else self._acted(item, "out")
        return self._move(item, 0, acted, (-1, np.nan, np.nan), self._nearest(item, self.now), -1)

    def _move(
        self,
        item: int,
        rank: int,
        acted: Acted,
        trade: tuple[int, float, float],
        nearest: tuple[int, float],
        instead: int,
    ) -> RankChange:
        before = self.old.index(item) + 1 if item in self.old else 0
        return RankChange(
            item, rank, before, self._share(item), *trade, *nearest, *acted, instead, self.along.crossing(item)
        )

    def _nearest(self, item: int, others: list[int]) -> tuple[int, float]:
        """The product that an item is most similar to, and the similarity; (-1, 0) if it is similar to none."""
        if item < 0 or not others:
            return -1, 0.0
        similarities = self._similarity[self._at[item], [self._at[other] for other in others]]
        closest = int(similarities.argmax())
        return (others[closest], float(similarities[closest])) if similarities[closest] > TIE else (-1, 0.0)

    def _share(self, item: int) -> float:
        return float(self._shares[self._at[item]]) if item >= 0 else np.nan

    def _acted(self, item: int, effect: RuleEffect) -> Acted:
        """The first entry without which alone the product would not be listed ("in"), or would be ("out")."""
        for number, items in self._without.items():
            if (item in items) == (effect == "out"):
                return number, effect
        return -1, "together" if (item in self._free) == (effect == "out") else ""

"""Which groups of shoppers see (nearly) the same page, what is on it, and what these shoppers have in common."""

from dataclasses import dataclass

import numpy as np

from engine import metrics
from engine.bench.bench import Bench
from engine.data.labels import SMALLEST_GROUP
from engine.slates.shop_lists import lists_of
from engine.strategy.strategy import Strategy

Array = np.ndarray
SHOWN = 8  # groups that are reported in full
LIFT, CHANCE = 1.25, 0.01  # a trait is reported if it is LIFT times as common and if its p is below CHANCE


@dataclass(frozen=True)
class Trait:
    """A value of a column of the shoppers' table: its share in a group, with n shoppers there, and among all."""

    column: str
    value: str
    share: float
    overall: float
    n: int

    @property
    def lift(self) -> float:
        return self.share / self.overall


@dataclass(frozen=True)
class PageGroup:
    """Shoppers who see nearly the same page.

    rows    int64 [n], the shoppers, numbering `bench.users`
    items      int64 [m], products most of them see, most seen first; seen float64 [m], the share who see each
    core       how many products every one of them sees
    shared, jaccard  means over pairs of them
    traits     values that they have in common, the most significant first; empty for fewer than SMALLEST_GROUP
    """

    rows: Array
    items: Array
    seen: Array
    core: int
    shared: float
    jaccard: float
    traits: tuple[Trait, ...]


@dataclass(frozen=True)
class PageGroups:
    """same     the share of a full page that look-alikes have in common with their group's centre
    n_shoppers, n_alike  judged, and in a group of two or more
    sizes      int64 [G], shoppers in each group, largest first
    groups     the largest of them, in full
    """

    same: float
    n_shoppers: int
    n_alike: int
    sizes: Array
    groups: tuple[PageGroup, ...]


def threshold(same: float) -> float:
    """The Jaccard similarity of two full lists that share `same` of their products: s / (2 − s)."""
    return same / (2.0 - same)


def page_groups(bench: Bench, strategy: Strategy, rows: Array | None = None, same: float = 0.5) -> PageGroups:
    """Group all shoppers, or some `rows` of `bench.users`, by the lists that the strategy shows them.

    The threshold is the Jaccard similarity of two full lists that share `same` of their products; every member reaches
    it with their group's centre (`metrics.look_alike_groups`). Raises ValueError for `same` outside (0, 1].
    """
    if not 0.0 < same <= 1.0:
        raise ValueError(f"same is a share of a page in (0, 1], got {same}")
    rows = np.arange(len(bench.users)) if rows is None else rows
    lists = lists_of(bench, strategy, rows)
    labels, _ = metrics.look_alike_groups(lists, threshold(same))
    sizes = np.bincount(labels[labels >= 0]).astype(np.int64)
    pages = tuple(_page(bench, rows, lists, labels == group) for group in range(min(SHOWN, len(sizes))))
    return PageGroups(same, len(rows), int((labels >= 0).sum()), sizes, pages)


def _page(bench: Bench, rows: Array, lists: Array, chosen: Array) -> PageGroup:
    members = lists[chosen]
    items, counts = np.unique(members[members >= 0], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    items, shares = items[order], counts[order] / len(members)
    n_core = max(1, int((shares >= 0.5).sum()))
    return PageGroup(
        rows=rows[chosen],
        items=items[:n_core],
        seen=shares[:n_core],
        core=int((counts == len(members)).sum()),
        shared=metrics.shared_products(members),
        jaccard=metrics.jaccard_overlap(members),
        traits=traits(bench, rows[chosen], rows),
    )


def traits(bench: Bench, members: Array, among: Array) -> tuple[Trait, ...]:
    """What the shoppers `members` have in common more often than the shoppers `among` whom they are.

    members, among: int rows of `bench.users`. A value is listed where at least SMALLEST_GROUP members have it, it is
    LIFT times as common among them as among all who gave one, and the probability that so many have it by chance is
    below CHANCE divided by the number of values tried (hypergeometric test, Bonferroni correction).
    """
    from scipy.stats import hypergeom

    if not bench.context.has_history or len(members) < SMALLEST_GROUP or len(members) == len(among):
        return ()
    people = bench.history.users.iloc[bench.users].drop(columns="user_id")
    tried: list[tuple[float, Trait]] = []
    for column in people:
        everyone, in_group = people[column].iloc[among].dropna(), people[column].iloc[members].dropna()
        overall, group_counts = everyone.value_counts(), in_group.value_counts()
        for value, n in overall.items():
            k = int(group_counts.get(value, 0))
            p = float(hypergeom.sf(k - 1, len(everyone), n, len(in_group)))
            share = k / len(in_group) if len(in_group) else 0.0
            tried.append((p, Trait(str(column), str(value), share, n / len(everyone), k)))
    significant = [
        (p, trait) for p, trait in tried if trait.n >= SMALLEST_GROUP and trait.lift >= LIFT and p * len(tried) < CHANCE
    ]
    return tuple(trait for _, trait in sorted(significant, key=lambda entry: entry[0]))

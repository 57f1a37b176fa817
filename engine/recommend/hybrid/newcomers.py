"""New products, ranked for each shopper by what the most similar known products are worth to them, and by trees that
learned how such products sell.

The trees learn from known products that are hidden: a tenth of the catalogue at a time loses every line, the model
learns from the rest, and the weeks that follow show who bought what of the tenth. Hiding is necessary: with a product's
own lines in the log, co-purchases and tastes would already know its buyers. The number of tenths matters more than that
of shoppers: with few hidden products the trees would learn those products by heart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from engine.data import Dataset, Progress
from engine.recommend.blend import Blend, BlendConfig
from engine.recommend.counts import Floats, Ints
from engine.recommend.hybrid import trees
from engine.recommend.hybrid.item_neighbours import BREADTHS, ItemNeighbours
from engine.recommend.hybrid.signals import Signals, ranks

TENTHS = 10
SHOPPERS = 500  # who teach the trees about each tenth
CANDIDATES = 150  # a shopper's best by what their kin is worth, ranked by the trees
NEAR = 10  # the likest known products that the shopper may have had
CHUNK = 250  # shoppers at a time
OFFERED = ("all", "new", "ease", "taste", "regular", "recent", "neighbours", "had")  # signals that kin hands on
FIRST = "all.some"  # the order of the first stage
RANKED = (FIRST, "new.some", "regular.few")
STANDING = ("trend", "momentum", "leader")
PLACES = (0, 4, 19, 49)


@dataclass(frozen=True)
class Newcomers:
    """Catalogue rows [R] treated as new, in a shop whose `signals` know the other products."""

    signals: Signals
    rows: Ints
    neighbours: ItemNeighbours

    @classmethod
    def of(cls, data: Dataset, rows: Ints, blend: BlendConfig, plan_days: float | None = None) -> "Newcomers":
        """Hide the lines of `rows`, and learn the blend from the rest."""
        rest = hidden(data, rows)
        signals = Signals(rest, Blend(blend).fit(rest), plan_days)
        return cls(signals, rows, ItemNeighbours.of(rest, rows, signals.items))

    @property
    def names(self) -> list[str]:
        """The columns of figures."""
        columns = [f"kin.{name}.{breadth}" for name in (*OFFERED, *STANDING) for breadth in BREADTHS]
        places = [*(f"kin.rank.{name}" for name in RANKED), *(f"kin.like.{place}" for place in PLACES)]
        return [*columns, *places, "kin.had_best", "kin.had_like", "kin.had_any", *self.signals.taste_names]

    def chunks(self, users: Ints) -> Iterator[tuple[Ints, Floats, Ints, Ints, Floats]]:
        """The figures of some shoppers at a time.

        Yields their rows [u]; what the neighbours of every row are worth to them, float32 [u, R]; and of the best
        CANDIDATES:
        position in the chunk [P], position in `rows` [P], figures float32 [P, F].
        """
        shares = {breadth: self.neighbours.shares(breadth) for breadth in BREADTHS}
        for at in range(0, len(users), CHUNK):
            chunk = users[at : at + CHUNK]
            offers = self._offers(chunk)
            lent = {f"{n}.{b}": (shares[b] @ offers[n].T).T for n in OFFERED for b in BREADTHS}  # [u, R]
            width = min(CANDIDATES, len(self.rows))
            best = np.sort(np.argpartition(-lent[FIRST], width - 1, axis=1)[:, :width], axis=1)
            place, column = np.repeat(np.arange(len(chunk)), width), best.ravel()
            columns = [values[place, column] for values in lent.values()]
            columns += [(shares[b] @ standing)[column] for standing in self._standing() for b in BREADTHS]
            columns += [ranks(place, lent[name][place, column]) for name in RANKED]
            columns += [self.neighbours.at(at_)[column] for at_ in PLACES]
            columns += self._had(offers["regular"], place, column)
            tastes = self.signals.tastes(chunk[place], self.rows[column])
            yield chunk, lent[FIRST], place, column, np.hstack([np.stack(columns, axis=1).astype(np.float32), tastes])

    def _offers(self, users: Ints) -> dict[str, Floats]:
        """float32 [u, n] a signal of OFFERED."""
        blend = self.signals.blend
        scores, terms = blend.weighed(users, "all")
        signals = {name: terms[name] for name in ("ease", "taste", "regular", "recent")}
        signals |= {"all": scores, "new": blend.weighed(users, "new")[0], "neighbours": self.signals.neighbours(users)}
        return signals | {"had": (terms["regular"] > 0).astype(np.float32)}

    def _standing(self) -> list[Floats]:
        """float32 [n] a signal of STANDING."""
        nobody = self.signals.blend.common()
        return [nobody[name] for name in STANDING]

    def _had(self, regular: Floats, place: Ints, column: Ints) -> list[Floats]:
        """How much the shopper bought of the most similar known products: the most, all by likeness, and of how many,
        [P] each."""
        near = self.neighbours.near[column, :NEAR]  # [P, NEAR]
        bought = regular[place[:, None], near]
        like = np.exp(2 * BREADTHS["some"][1] * (self.neighbours.similarity[column, :NEAR] - 1))
        return [bought.max(axis=1), (bought * like).sum(axis=1), (bought > 0).sum(axis=1)]


def learned(
    past: Dataset,
    later: Dataset,
    blend: BlendConfig,
    tenths: int,
    seeds: int,
    report: Progress,
    plan_days: float | None = None,
) -> list[Any]:
    """Trees that predict which hidden products of `past` were bought `later`; none where too few were."""
    eligible = past.eligible()
    if later.relevant()[:, eligible].nnz < trees.LEAST_BOUGHT:
        return []
    order = np.random.default_rng(0).permutation(eligible)
    figures, bought, names = [], [], []
    for tenth in range(tenths):
        report("train.newcomers", tenth, tenths + 1)
        rows = np.sort(order[tenth::TENTHS])
        if not 0 < len(rows) < len(eligible):
            return []
        shop = Newcomers.of(past, rows, blend, plan_days)
        later_bought = later.relevant()[:, rows].tocsr()
        buyers = np.flatnonzero(shop.signals.blend.known() & (np.diff(later_bought.indptr) > 0))
        buyers = np.sort(np.random.default_rng(tenth).permutation(buyers)[:SHOPPERS])
        for chunk, _, place, column, values in shop.chunks(buyers):
            figures.append(values)
            bought.append(later_bought[chunk].toarray()[place, column] > 0)
        names = shop.names
    grown = []
    if sum(int(chunk.sum()) for chunk in bought) >= trees.LEAST_BOUGHT:
        report("train.newcomers", tenths, tenths + 1)
        grown = trees.grow(np.concatenate(figures), np.concatenate(bought), names, seeds)
    report("train.newcomers", tenths + 1, tenths + 1)
    return grown


def scores(shop: Newcomers, boosters: list[Any], users: Ints) -> Floats:
    """Log-odds of each shopper's candidates, float32 [U, R]; the others follow below, by what their neighbours are
    worth.
    """
    blocks = []
    for _, lent, place, column, values in shop.chunks(users):
        spread = lent.std(axis=1, keepdims=True)
        ranked = (lent - lent.max(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)  # <= 0
        if boosters:
            odds = trees.log_odds(boosters, values)
            ranked += min(float(odds.min()), 0.0)
            ranked[place, column] = odds
        blocks.append(ranked.astype(np.float32))
    return np.concatenate(blocks) if blocks else np.zeros((0, len(shop.rows)), dtype=np.float32)


def hidden(data: Dataset, rows: Ints) -> Dataset:
    """The shop without any line of these products; their catalogue rows stay."""
    anonymous = None if data.anonymous is None else _without(data.anonymous, rows)
    return replace(data, interactions=_without(data.interactions, rows), anonymous=anonymous)


def _without(log: pd.DataFrame, rows: Ints) -> pd.DataFrame:
    return log[~log["item"].isin(rows).to_numpy()].reset_index(drop=True)

"""The one table of what can be measured of lists. Pages, `evaluate` and `metrics` all read it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine import metrics
from engine.bench.evidence import Evidence
from engine.bench.lazy_values import LazyValues

Array = np.ndarray


@dataclass(frozen=True)
class Measure:
    """One row of the table. `per_user` measures give float [U], the others one float for all lists together."""

    compute: Callable[[Array, Evidence], Array | float]
    per_user: bool = True
    held_out: bool = False  # needs interactions after the cut-off


def _facet(function: Callable[[Array, Array], Array], facet: str) -> Measure:
    return Measure(lambda slates, e: function(slates, e.facets[facet][0]))


PLAIN: dict[str, Measure] = {
    "ndcg": Measure(lambda s, e: metrics.ndcg(s, e.relevant), held_out=True),
    "recall": Measure(lambda s, e: metrics.recall(s, e.relevant), held_out=True),
    "hit_rate": Measure(lambda s, e: metrics.hit_rate(s, e.relevant), held_out=True),
    "mrr": Measure(lambda s, e: metrics.mrr(s, e.relevant), held_out=True),
    "serendipity": Measure(lambda s, e: metrics.serendipity(s, e.relevant, e.expected), held_out=True),
    "ild": Measure(lambda s, e: metrics.ild(s, e.vectors)),
    "ilmd": Measure(lambda s, e: metrics.ilmd(s, e.vectors)),
    "look_alike_pairs": Measure(lambda s, e: metrics.look_alike_pairs(s, e.vectors)),
    "average_popularity": Measure(lambda s, e: metrics.average_popularity(s, e.popularity)),
    "novelty": Measure(lambda s, e: metrics.novelty(s, e.popularity)),
    "tail_share": Measure(lambda s, e: metrics.tail_share(s, e.counts)),
    "history_similarity": Measure(lambda s, e: metrics.history_similarity(s, e.vectors, e.taste)),
    "narrowing": Measure(lambda s, e: metrics.narrowing(s, e.vectors, e.spread)),
    "repeat_share": Measure(lambda s, e: metrics.repeat_share(s, e.owned[e.users])),
    "coverage": Measure(lambda s, e: metrics.coverage(s, e.n_eligible), per_user=False),
    "gini": Measure(lambda s, e: metrics.gini(s, e.n_eligible), per_user=False),
    "shannon_entropy": Measure(lambda s, e: metrics.shannon_entropy(s, e.n_eligible), per_user=False),
    "top_share": Measure(lambda s, e: metrics.top_share(s, e.n_eligible), per_user=False),
    "shared_products": Measure(lambda s, e: metrics.shared_products(s), per_user=False),
    "jaccard_overlap": Measure(lambda s, e: metrics.jaccard_overlap(s), per_user=False),
    "dice_overlap": Measure(lambda s, e: metrics.dice_overlap(s), per_user=False),
}

FROM_HISTORY = {  # measures that look at what shoppers had
    "average_popularity", "novelty", "tail_share", "history_similarity", "narrowing", "repeat_share",
    "calibration_kl", "calibration_js", "facet_narrowing",
}  # fmt: skip

SHARES = (  # figures in [0, 1]
    "ndcg", "recall", "hit_rate", "mrr", "serendipity", "coverage", "top_share", "tail_share", "repeat_share",
    "jaccard_overlap", "dice_overlap", "hhi", "shelf_hhi", "occupancy", "shelf_evenness", "calibration_js",
)  # fmt: skip


def table(evidence: Evidence) -> dict[str, Measure]:
    """Every measure that this shop's data allow, by its key; facet measures are keyed `name:facet`."""
    rows = {key: m for key, m in PLAIN.items() if not m.held_out or evidence.future is not None}
    if evidence.spending is not None:
        rows["revenue"] = Measure(lambda s, e: metrics.revenue(s, e.spent), held_out=True)
    for facet in evidence.facets:
        rows[f"facet_entropy:{facet}"] = _facet(metrics.facet_entropy, facet)
        rows[f"facet_count:{facet}"] = _facet(metrics.facet_count, facet)
        rows[f"hhi:{facet}"] = _facet(metrics.hhi, facet)
        rows[f"shelf_hhi:{facet}"] = Measure(
            lambda s, e, f=facet: metrics.shelf_hhi(s, e.facets[f][0]),  # type: ignore[misc]
            per_user=False,
        )
        rows[f"richness_loss:{facet}"] = _facet(metrics.richness_loss, facet)
        rows[f"calibration_kl:{facet}"] = Measure(
            lambda s, e, f=facet: metrics.calibration_kl(s, e.facets[f][0], e.profiles[f])  # type: ignore[misc]
        )
        rows[f"calibration_js:{facet}"] = Measure(
            lambda s, e, f=facet: metrics.calibration_js(s, e.facets[f][0], e.profiles[f])  # type: ignore[misc]
        )
        rows[f"facet_narrowing:{facet}"] = Measure(
            lambda s, e, f=facet: metrics.facet_narrowing(s, e.facets[f][0], e.kinds[f])  # type: ignore[misc]
        )
    if not evidence.has_history:
        rows = {key: m for key, m in rows.items() if key.partition(":")[0] not in FROM_HISTORY}
    return rows


def within(key: str, evidence: Evidence, k: int) -> tuple[float, float]:
    """The lowest and the highest value that a figure of lists of k can have; from 0 to infinity where none is known.

    It also knows `occupancy` and `shelf_evenness`, which are no rows of the table.
    """
    n = evidence.n_eligible
    if key == "history_similarity":
        return -1.0, 1.0
    highest = {
        "gini": 1 - 1 / n, "shannon_entropy": float(np.log2(n)), "shared_products": float(k), "ild": 2.0, "ilmd": 2.0,
        **dict.fromkeys(SHARES, 1.0),
    }  # fmt: skip
    return 0.0, highest.get(key.partition(":")[0], np.inf)


def key_of(name: str, evidence: Evidence) -> str | None:
    """A measure's key in the table: itself, or in the main facet; None if this shop's data do not allow it."""
    rows = table(evidence)
    return name if name in rows else next((k for k in (f"{name}:{evidence.main_facet}",) if k in rows), None)


@dataclass(frozen=True)
class Measured:
    """What is measured of one set of lists: per-shopper values float [U] and values of all lists together, each when
    it is first asked for."""

    per_user: Mapping[str, Array]
    whole: Mapping[str, float]
    lists: int

    @property
    def keys(self) -> list[str]:
        """Every key that is measured."""
        return [*self.per_user, *self.whole]

    def value(self, key: str) -> tuple[float, int]:
        """The printed figure and the number of shoppers counted (per-shopper means leave NaN out)."""
        if key in self.whole:
            return self.whole[key], self.lists
        return metrics.mean_and_count(self.per_user[key])


def measure(slates: Array, evidence: Evidence, keys: Iterable[str] | None = None) -> Measured:
    """Measure lists int64 [U, k] against the evidence; all measures, or only the named ones."""
    rows = table(evidence)
    chosen = dict.fromkeys(rows if keys is None else keys)

    def compute(key: str) -> Array | float:
        return rows[key].compute(slates, evidence)

    single = {key: partial(lambda key: np.asarray(compute(key)), key) for key in chosen if rows[key].per_user}
    whole = {key: partial(lambda key: float(compute(key)), key) for key in chosen if not rows[key].per_user}
    return Measured(LazyValues(single), LazyValues(whole), len(slates))


def exposures(slates: Array, evidence: Evidence) -> dict[str, dict[str, float]]:
    """Per facet, each value's share of all position-weighted attention; the shares sum to 1."""
    shares = {}
    for facet, (codes, values) in evidence.facets.items():
        exposure = metrics.exposure(slates, codes)
        shares[facet] = dict(zip(values, exposure.tolist(), strict=False))
    return shares

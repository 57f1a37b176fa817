"""The parts of the catalogue that lists may or may not reach: values of the main facet, and clusters of texts."""

from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench
from engine.encoders.clusters import cluster_items

Array = np.ndarray
TEXTS = "clusters"  # the name of the parts that the product texts give


@dataclass(frozen=True)
class Parts:
    """labels int64 [n_items], the part of each product, -1 = none; names of the parts that could be shown."""

    labels: Array
    names: list[str]


def parts(bench: Bench) -> dict[str, Parts]:
    """By facet name the values of the main facet that have eligible products, where the shop has one; and `TEXTS`."""
    divisions = {}
    rows = np.asarray(bench.model.items, dtype=np.int64)
    evidence = bench.evidence("all")
    if evidence.main_facet is not None:
        codes, names = evidence.facets[evidence.main_facet]
        main = _renumbered(codes, names, rows)
        if main.names:  # the facet may be known of products alone that cannot be shown
            divisions[evidence.main_facet] = main
    vectors = bench.vectors("text")
    rows = rows[vectors[rows].any(axis=1)]
    if len(rows):
        clusters = cluster_items(bench.data.items, rows, vectors, bench.report)
        divisions[TEXTS] = Parts(clusters.labels, [" · ".join(words) for words in clusters.names])
    return divisions


def _renumbered(codes: Array, names: list[str], rows: Array) -> Parts:
    """The values that any of the products `rows` has, numbered from 0."""
    present = np.unique(codes[rows])
    present = present[present >= 0]
    place = np.full(len(names) + 1, -1, dtype=np.int64)  # place[-1]: unknown values stay unknown
    place[present] = np.arange(len(present))
    return Parts(place[codes], [names[value] for value in present])

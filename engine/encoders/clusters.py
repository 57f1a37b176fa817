"""Clusters of similar items, named by the words of their texts."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from engine.data import Progress, silent
from engine.data.storage import cache
from engine.encoders.encoder import Floats

VERSION = 2  # raise it when the same vectors would give other clusters
SEED = 7
MOST = 100  # clusters; finer ones are single products in several sizes
SHARED = 0.5  # a facet value names a cluster that it fills to this share
KINDS = ("subcategory", "category")  # facets that say what a product is, the finest first
WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Clusters:
    """Clusters of items.

    labels  int64 [n_items], the cluster of each item, -1 = not clustered
    names   the words that name each cluster: facet values of the shop or words of its texts, most characteristic first
    """

    labels: np.ndarray
    names: list[tuple[str, ...]]


def cluster_items(items: pd.DataFrame, rows: np.ndarray, vectors: Floats, report: Progress = silent) -> Clusters:
    """k-means (Lloyd 1982; k-means++ start, fixed seed) of the catalogue rows `rows` by their vectors, largest first.

    items: the catalogue; vectors: float32 [n_items, d], unit rows. √(2 · distinct vectors) clusters, 100 at most.
    """
    labels = np.full(len(items), -1, np.int64)
    if len(rows):
        labels[rows] = _cached_labels(np.ascontiguousarray(vectors[rows]), report)
    named = items.iloc[rows]
    return Clusters(labels, names(named, labels[rows])) if len(rows) else Clusters(labels, [])


def _cached_labels(vectors: Floats, report: Progress) -> np.ndarray:
    file = cache.cache_file(
        "clusters", VERSION, SEED, MOST, vectors.shape, hashlib.sha256(vectors.tobytes()).hexdigest()
    )
    cached = (cache.read(file) or {}).get("labels")
    if cached is not None and cached.shape == (len(vectors),):
        return cached.astype(np.int64)
    report("map.clusters", 0, 1)
    labels = _k_means(vectors)
    cache.write(file, {"labels": labels})
    report("map.clusters", 1, 1)
    return labels


def _k_means(vectors: Floats) -> np.ndarray:
    """int64 [n], numbered by falling size. One thread: sums of several would come in any order."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    distinct, place, sizes = np.unique(vectors, axis=0, return_inverse=True, return_counts=True)
    k = int(np.clip(round(np.sqrt(2 * len(distinct))), 1, min(MOST, len(distinct))))
    with threadpool_limits(1):
        model = KMeans(k, random_state=SEED, n_init=1).fit(np.round(distinct, 4), sample_weight=sizes)
    clusters = model.labels_[place.reshape(-1)].astype(np.int64)
    order = np.argsort(-np.bincount(clusters, minlength=k), kind="stable")
    rank = np.empty(k, np.int64)
    rank[order] = np.arange(k)
    numbered: np.ndarray = rank[clusters]
    return numbered


def names(items: pd.DataFrame, labels: np.ndarray) -> list[tuple[str, ...]]:
    """The name of each cluster: the finest facet value that fills half of it, else its two most characteristic values
    or words.

    Two clusters of one name get more of these. labels int64 [len(items)], clusters from 0 on.
    """
    count = int(labels.max(initial=-1)) + 1
    facet = next((name for name in KINDS if name in items), None)
    values = [[v] if isinstance(v, str) else [] for v in items[facet]] if facet else [[]] * len(items)
    telling_names = zip(telling(values, labels, count), telling_words(_texts(items), labels, count), strict=True)
    more = [kinds + words for kinds, words in telling_names]
    filling = [_filling(items, labels == cluster) for cluster in range(count)]
    plain = [(value,) if value else tuple(words[:2]) for value, words in zip(filling, more, strict=True)]
    longer = [
        (*name, *_new(more[cluster], name)[:2]) if plain.count(name) > 1 else name for cluster, name in enumerate(plain)
    ]
    return [name or ("–",) for name in longer]


def _new(words: list[str], name: tuple[str, ...]) -> list[str]:
    """The words that a name does not hold yet."""
    return [word for word in words if word.lower() not in " ".join(name).lower()]


def telling_words(texts: Sequence[str], labels: np.ndarray, count: int, top: int = 4) -> list[list[str]]:
    """The most characteristic words of the texts of each cluster."""
    return telling([WORD.findall(text.lower()) for text in texts], labels, count, top)


def telling(tokens: list[list[str]], labels: np.ndarray, count: int, top: int = 4) -> list[list[str]]:
    """The tokens of highest c-TF-IDF of each cluster: tf_wc · ln(1 + A / f_w), with tf_wc the token's share of the
    cluster's, f_w its frequency in all and A the mean number of tokens a cluster (Grootendorst 2022).
    """
    vocabulary = {word: number for number, word in enumerate(sorted({word for line in tokens for word in line}))}
    if not vocabulary:
        return [[] for _ in range(count)]
    column = np.array([vocabulary[word] for line in tokens for word in line])
    row = np.repeat(labels, [len(line) for line in tokens])
    table = sp.coo_array((np.ones(len(row)), (row, column)), shape=(count, len(vocabulary))).toarray()
    weight = np.log1p(table.sum() / count / table.sum(axis=0))
    score = table / np.maximum(table.sum(axis=1, keepdims=True), 1) * weight
    order = np.argsort(-score, axis=1, kind="stable")[:, :top]
    spoken = list(vocabulary)
    return [[spoken[w] for w in line if score[c, w] > 0] for c, line in enumerate(order)]


def _filling(items: pd.DataFrame, rows: np.ndarray) -> str:
    """The value of the finest facet that fills at least half of the rows; "" if none does."""
    for facet in KINDS:
        if facet in items:
            shares = items.loc[rows, facet].value_counts(normalize=True, dropna=False)
            if len(shares) and shares.iloc[0] >= SHARED and isinstance(shares.index[0], str):
                return str(shares.index[0])
    return ""


def _texts(items: pd.DataFrame) -> list[str]:
    columns = [name for name in ("title", "category", "description") if name in items][:2]
    parts = [items[name].fillna("").astype(str) for name in columns]
    return [" ".join(line) for line in zip(*parts, strict=True)] if parts else [""] * len(items)

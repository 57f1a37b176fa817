"""Every metric once more, written as plainly as its definition reads: one shopper, one loop at a time.

Nothing here is vectorised or shared with engine.metrics, so that the two can disagree.
"""

import math
from collections import Counter
from itertools import combinations

NAN = float("nan")


def shown(slate):
    return [int(item) for item in slate if item >= 0]


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else NAN


def ndcg(slate, relevant):
    if not relevant:
        return NAN
    gain = sum(1 / math.log2(1 + rank) for rank, item in enumerate(slate, 1) if item in relevant)
    return gain / sum(1 / math.log2(1 + rank) for rank in range(1, min(len(slate), len(relevant)) + 1))


def recall(slate, relevant):
    return len(set(slate) & relevant) / len(relevant) if relevant else NAN


def hit_rate(slate, relevant):
    return float(bool(set(slate) & relevant)) if relevant else NAN


def mrr(slate, relevant):
    ranks = [rank for rank, item in enumerate(slate, 1) if item in relevant]
    return (1 / ranks[0] if ranks else 0.0) if relevant else NAN


def serendipity(slate, relevant, expected):
    return mean(item in relevant and item not in expected for item in shown(slate)) if relevant else NAN


def cosine(a, b):
    norms = math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(x * x for x in b))
    return sum(x * y for x, y in zip(a, b, strict=True)) / norms if norms else 0.0


def distances(slate, vectors):
    known = [item for item in shown(slate) if any(vectors[item])]
    return [1 - cosine(vectors[a], vectors[b]) for a, b in combinations(known, 2)]


def ild(slate, vectors):
    return mean(distances(slate, vectors))


def ilmd(slate, vectors):
    return min(distances(slate, vectors), default=NAN)


def values_of(slate, codes):
    return [int(codes[item]) for item in shown(slate) if codes[item] >= 0]


def shares(values):
    return {value: n / len(values) for value, n in Counter(values).items()}


def facet_entropy(slate, codes):
    values = values_of(slate, codes)
    return -sum(s * math.log2(s) for s in shares(values).values()) if values else NAN


def facet_count(slate, codes):
    return len(set(values_of(slate, codes))) or NAN


def hhi(slate, codes):
    values = values_of(slate, codes)
    return sum(s * s for s in shares(values).values()) if values else NAN


def richness_loss(slate, codes):
    values = values_of(slate, codes)
    return math.log(len(values) / len(set(values))) if values else NAN


def both_shares(slate, codes, profile):
    """(history share, slate share) of every facet value, or nothing to judge."""
    values, total = values_of(slate, codes), sum(profile)
    if not values or not total:
        return None
    share = shares(values)
    return [(weight / total, share.get(value, 0.0)) for value, weight in enumerate(profile)]


def calibration_kl(slate, codes, profile):
    pairs = both_shares(slate, codes, profile)
    if pairs is None:
        return NAN
    return sum(p * math.log2(p / (0.99 * q + 0.01 * p)) for p, q in pairs if p > 0)


def average_popularity(slate, popularity):
    return mean(popularity[item] for item in shown(slate))


def novelty(slate, popularity):
    smallest = min((p for p in popularity if p > 0), default=1.0)
    return mean(-math.log2(max(popularity[item], smallest)) for item in shown(slate))


def tail_share(slate, counts):
    total, taken, head = sum(counts), 0, set()
    if not total:
        return NAN
    for item in sorted(range(len(counts)), key=lambda item: (-counts[item], item)):
        if taken * 10 >= total * 8:
            break
        taken += counts[item]
        head.add(item)
    return mean(item not in head for item in shown(slate))


def jaccard(a, b):
    a, b = set(shown(a)), set(shown(b))
    return len(a & b) / len(a | b) if a | b else NAN


def dice(a, b):
    a, b = set(shown(a)), set(shown(b))
    return 2 * len(a & b) / (len(a) + len(b)) if a | b else NAN


def common(a, b):
    a, b = set(shown(a)), set(shown(b))
    return len(a & b) if a | b else NAN


def over_pairs(measure, slates):
    return mean(value for a, b in combinations(slates, 2) if not math.isnan(value := measure(a, b)))


def rbo(a, b, p):
    """Webber et al. 2010, equation 32, summand by summand."""
    a, b = shown(a), shown(b)
    short, long = sorted((len(a), len(b)))
    if not short:
        return 0.0 if long else NAN
    x = [len(set(a[:d]) & set(b[:d])) for d in range(long + 1)]
    seen = sum(x[d] / d * p**d for d in range(1, long + 1))
    unseen = sum(x[short] * (d - short) / (short * d) * p**d for d in range(short + 1, long + 1))
    return (1 - p) / p * (seen + unseen) + ((x[long] - x[short]) / long + x[short] / short) * p**long


def slots(slates, n_items):
    """Times each of the eligible items is shown, most first; those never shown are 0."""
    counts = sorted(Counter(item for slate in slates for item in shown(slate)).values(), reverse=True)
    return counts + [0] * (n_items - len(counts))


def coverage(slates, n_items):
    return sum(count > 0 for count in slots(slates, n_items)) / n_items


def gini(slates, n_items):
    """Mean absolute difference over twice the mean: the definition, not the sorted formula."""
    counts = slots(slates, n_items)
    if not sum(counts):
        return NAN
    return sum(abs(a - b) for a in counts for b in counts) / (2 * n_items * sum(counts))


def top_share(slates, n_items, share):
    counts = slots(slates, n_items)
    return sum(counts[: max(1, round(share * n_items))]) / sum(counts) if sum(counts) else NAN


def exposure(slates, codes):
    attention = [0.0] * (max(codes) + 1)
    for slate in slates:
        for rank, item in enumerate(slate, 1):
            if item >= 0 and codes[item] >= 0:
                attention[codes[item]] += 1 / math.log2(1 + rank)
    return [a / sum(attention) if sum(attention) else NAN for a in attention]


def pairs_of(slates):
    """All pairs of which at least one slate shows something, as sets."""
    sets = [set(shown(slate)) for slate in slates]
    return [(a, b) for a, b in combinations(sets, 2) if a | b]


def shared_distribution(slates, k):
    pairs = pairs_of(slates)
    return [sum(len(a & b) == n for a, b in pairs) / len(pairs) if pairs else NAN for n in range(k + 1)]


def overlap_distribution(slates, measure, bins):
    """Bins as fractions of whole numbers, so that an overlap of 3/10 lies in the bin that starts there."""
    found = [0] * bins
    pairs = pairs_of(slates)
    for a, b in pairs:
        top, bottom = (len(a & b), len(a | b)) if measure == "jaccard" else (2 * len(a & b), len(a) + len(b))
        found[min(bins - 1, top * bins // bottom)] += 1
    return [n / len(pairs) if pairs else NAN for n in found]


def look_alike_groups(slates, threshold):
    """Butina 1999, literally: who has most free look-alikes leads a group; take it away; again."""
    sets = [set(shown(slate)) for slate in slates]
    free, labels, group = set(range(len(sets))), [-1] * len(sets), 0

    def alike(a, b):
        return a != b and sets[a] & sets[b] and len(sets[a] & sets[b]) / len(sets[a] | sets[b]) >= threshold - 1e-9

    while free:
        members = {row: [other for other in free if alike(row, other)] for row in free}
        centre = min(free, key=lambda row: (-len(members[row]), row))
        if not members[centre]:
            break
        for row in (centre, *members[centre]):
            labels[row] = group
        free -= {centre, *members[centre]}
        group += 1
    return labels


def lorenz_at(slates, n_items, n):
    """Share of the slots that the n least shown items get."""
    counts = slots(slates, n_items)[::-1]
    return sum(counts[:n]) / sum(counts) if sum(counts) else NAN


def shelf_shares(slates, codes, n_values):
    values = [value for slate in slates for value in values_of(slate, codes)]
    return [values.count(v) / len(values) if values else NAN for v in range(n_values)]


def history_similarity(slate, vectors, history):
    """history: {item: weight}. Every product of the list against every product of the history."""
    total = sum(history.values())
    if not total or not shown(slate):
        return NAN
    return mean(sum(w * cosine(vectors[i], vectors[j]) for j, w in history.items()) / total for i in shown(slate))


def narrowing(slate, vectors, history):
    ours, own = ild(slate, vectors), ild(sorted(history), vectors)
    return NAN if math.isnan(own) or own == 0 else ours / own


def expected_values(items, codes, n):
    """Mean number of distinct values over every n of the items."""
    return mean(len({codes[i] for i in some}) for some in combinations(items, n))


def facet_narrowing(slate, codes, history):
    listed, had = ([i for i in items if codes[i] >= 0] for items in (shown(slate), history))
    n = min(len(listed), len(had))
    return expected_values(listed, codes, n) / expected_values(had, codes, n) if n >= 2 else NAN


def repeat_share(slate, history):
    return mean(item in history for item in shown(slate))

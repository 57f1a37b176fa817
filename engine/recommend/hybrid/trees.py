"""The ranker: gradient-boosted trees on log loss, several with other seeds, their log-odds averaged."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.recommend.counts import Floats

TREES = 200
SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.03,
    "num_leaves": 31,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "max_bin": 127,
    "verbose": -1,
    "deterministic": True,
    "force_row_wise": True,
}
SEPARATOR = "\n\f\n"
LEAST_IN_LEAF, SHARE_IN_LEAF = 20, 1e-3  # rows: the larger of the two, but never over MOST_IN_LEAF
MOST_IN_LEAF = 600
LEAST_BOUGHT = 300  # bought rows, with fewer nothing is grown and the first stage's order stands


def grow(
    figures: Floats,
    bought: npt.NDArray[np.bool_],
    names: list[str],
    seeds: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Any]:
    """`seeds` boosters (LightGBM, Ke et al. 2017) that separate bought rows of figures [P, F] from the others.

    progress: called after each tree with how many there are and will be; if it raises, growing ends.
    """
    import lightgbm

    least = int(np.clip(SHARE_IN_LEAF * len(figures), LEAST_IN_LEAF, MOST_IN_LEAF))
    data = lightgbm.Dataset(figures, bought.astype(np.float32), feature_name=names, free_raw_data=False)
    boosters = []
    for seed in range(seeds):

        def told(state: Any, before: int = seed * TREES) -> None:
            progress(before + state.iteration + 1, seeds * TREES)

        settings = SETTINGS | {"seed": seed, "min_data_in_leaf": least}
        boosters.append(lightgbm.train(settings, data, TREES, callbacks=[told]))
    return boosters


def contributions(boosters: list[Any], figures: Floats) -> Floats:
    """float32 [P, F]: what each figure adds to the log-odds (TreeSHAP, Lundberg et al. 2020), mean over boosters."""
    mean = np.mean([booster.predict(figures, pred_contrib=True) for booster in boosters], axis=0)
    added: Floats = np.asarray(mean[:, :-1], dtype=np.float32)
    return added


def written(boosters: list[Any]) -> npt.NDArray[np.uint8]:
    """LightGBM's own text of the boosters, as bytes; no pickle."""
    return np.frombuffer(SEPARATOR.join(booster.model_to_string() for booster in boosters).encode(), dtype=np.uint8)


def read(text: npt.NDArray[np.uint8]) -> list[Any]:
    """The boosters that `written` wrote."""
    import lightgbm

    return [lightgbm.Booster(model_str=model) for model in text.tobytes().decode().split(SEPARATOR)]


def log_odds(boosters: list[Any], figures: Floats) -> Floats:
    """float32 [P]: mean log-odds that the candidate is bought."""
    mean_odds = np.mean([booster.predict(figures, raw_score=True) for booster in boosters], axis=0)
    odds: Floats = np.asarray(mean_odds, dtype=np.float32)
    return odds


def shares(boosters: list[Any], names: list[str]) -> dict[str, float]:
    """Share of all gain of each group of figures (the part of a name before the dot), largest first."""
    gains = np.sum([booster.feature_importance("gain") for booster in boosters], axis=0)
    groups: dict[str, float] = {}
    for name, gain in zip(names, gains, strict=True):
        group = name.partition(".")[0]
        groups[group] = groups.get(group, 0.0) + float(gain)
    total = sum(groups.values()) or 1.0
    return {name: round(gain / total, 4) for name, gain in sorted(groups.items(), key=lambda pair: -pair[1])}

"""The peers of `benchmarks.relevance`: one row each, with what validation may choose from.

grid: {setting: values}. The search starts at the model's defaults and goes through the settings in this order,
taking the best value of each, twice; so a peer of five settings sees about twice the sum of their values.
"""

from dataclasses import dataclass, field
from importlib.util import find_spec

from benchmarks.peers.als import Als
from benchmarks.peers.lenskit_best import SCORERS, LensKit
from benchmarks.peers.tifu_knn import TifuKnn
from benchmarks.peers.up_cf import UpCf
from engine.recommend import Ease, Frequency, Model, Popularity

Grid = dict[str, tuple[object, ...]]


@dataclass(frozen=True)
class Row:
    """kind: the model; grid: see above; package: what must be installed for it beside Evenshelf's own."""

    kind: type[Model]
    grid: Grid
    package: str | None = None
    together: tuple[str, ...] = field(default=())  # settings that take the value of the grid's setting "ridge"


PEERS: dict[str, Row] = {
    "popularity": Row(Popularity, {"half_life": (3.0, 7.0, 14.0, 28.0, 56.0, 365.0)}),
    "frequency": Row(Frequency, {"half_life": (30.0, 60.0, 90.0, 120.0, 180.0, 365.0, 3650.0)}),
    "ease": Row(
        Ease,
        {"half_life": (30.0, 60.0, 120.0, 240.0), "ridge": (10.0, 30.0, 100.0, 300.0, 1000.0)},
        together=("ridge_all", "ridge_new"),
    ),
    "als": Row(
        Als,
        {
            "weigh": ("binary", "log", "recent"),
            "strength": (1.0, 3.0, 10.0, 40.0),
            "factors": (32, 64, 128),
            "regularization": (0.1, 1.0, 10.0),
        },
        package="implicit",
    ),
    "tifu-knn": Row(
        TifuKnn,
        {
            "decay": ("group", "history"),
            "groups": (3, 7, 15, 30),
            "within": (0.8, 0.9, 0.95, 1.0),
            "between": (0.6, 0.7, 0.8, 0.9),
            "alpha": (0.1, 0.3, 0.5, 0.7, 0.9),
            "neighbours": (100, 300, 900),
        },
    ),
    "up-cf": Row(
        UpCf,
        {
            "recency": (5, 10, 25, 50, 100, 0),
            "locality": (1.0, 2.0, 3.0, 5.0, 10.0, 20.0),
            "asymmetry": (0.0, 0.25, 0.5, 0.75, 1.0),
        },
    ),
    "lenskit": Row(LensKit, {"scorer": tuple(SCORERS)}, package="lenskit"),
}


def missing(names: list[str]) -> list[str]:
    """The packages that these peers need and that are not installed."""
    needed = {PEERS[name].package for name in names} - {None}
    return sorted(str(package) for package in needed if find_spec(str(package)) is None)

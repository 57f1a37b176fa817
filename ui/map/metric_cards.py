"""The figures beside the map: how far a list spreads, or how much of the catalogue nobody is shown."""

from typing import Any

import numpy as np

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import MapExposure, regions, spread
from engine.words.numbers import signed
from ui.background import curves
from ui.background.map_layout import MapWork
from ui.component import cards
from ui.map.footprints import drawn_lists
from ui.strategy_editor import in_use
from ui.text import figures
from ui.text.shoppers import Who
from ui.text.words import t
from ui.widgets import measure_cards

Card = dict[str, Any]


def metric_cards(bench: Bench, who: Who, exposure: MapExposure, map_work: MapWork) -> None:
    """Of one shopper's lists, or of all; last how true the layout is to its neighbourhoods."""
    entries = _all_lists(exposure, map_work) if who.row is None else _one_list(bench, who, map_work)
    known = np.isfinite(map_work.shown.trust)
    trust = _block(f"{100 * map_work.shown.trust:.0f}", "%") if known else _block("–")
    cards("map_cards", [*entries, measure_cards.entry("trust", [trust], words="map")], least=150)


def _one_list(bench: Bench, who: Who, map_work: MapWork) -> list[Card]:
    before, now = drawn_lists(bench, who, map_work)
    entries = [_spread(bench, who, map_work, before, now)]
    if map_work.clusters is not None:
        labels = map_work.clusters.labels[map_work.rows]
        touched, touches = (len(np.unique(labels[places])) for places in (before, now))
        block = _count(touched, touches, t("figure.of", n=len(map_work.clusters.names)))
        entries.append(measure_cards.entry("kinds", [block], words="map"))
    return entries


def _spread(bench: Bench, who: Who, map_work: MapWork, before: np.ndarray, now: np.ndarray) -> Card:
    """Mean distance on the map between two products of the list, in hundredths of its radius; the help says how unlike
    their texts are."""
    then, far = (100 * spread(map_work.shown.points[places]) for places in (before, now))
    percent = signed(100 * (far / then - 1), 0) if then > 0 else ""
    change = _change(percent, "%") if percent else ""
    strategy = in_use.in_use(bench)
    curve = curves.curve(bench, strategy, who)
    texts = curve.values("ild")[[0, curve.at(strategy.diversity)]]  # the figure that stories tell
    blanks = {"then": figures.text("ild", texts[0]), "apart": figures.text("ild", texts[1])}
    block = _block(f"{far:.0f}", before=f"{then:.0f}", change=change)
    return measure_cards.entry("spread", [block], words="map", **blanks)


def _all_lists(exposure: MapExposure, map_work: MapWork) -> list[Card]:
    before, now = (int((counts[map_work.rows] == 0).sum()) for counts in (exposure.lists_before, exposure.lists_now))
    block = _count(before, now, t("figure.of", n=f"{len(map_work.rows):,}"))
    entries = [measure_cards.entry("unseen", [block], words="map", n=f"{exposure.lists:,}")]
    if map_work.clusters is not None:
        clusters = regions(map_work.clusters, map_work.rows, exposure, None)
        before = sum(cluster.unseen_before == cluster.products for cluster in clusters)
        now = sum(cluster.unseen == cluster.products for cluster in clusters)
        block = _count(before, now, t("figure.of", n=len(clusters)))
        entries.append(measure_cards.entry("unseen_clusters", [block], words="map"))
    return entries


def _count(before: int, now: int, of: str) -> dict[str, str]:
    return _block(f"{now:,}", of, f"{before:,}", _change(signed(now - before, 0)))


def _block(value: str, unit: str = "", before: str = "", change: str = "") -> dict[str, str]:
    return {"value": value, "unit": unit, "change": change, "from": t("figure.from", value=before) if before else ""}


def _change(number: str, unit: str = "") -> str:
    """A difference that is printed as zero counts as none."""
    return t("figure.same") if number == "0" else number + unit

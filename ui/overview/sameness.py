"""How alike the lists are: five indicators, repeat lists and discovery lists side by side."""

from collections.abc import Mapping
from typing import Any

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve
from engine.strategy.strategy import Strategy
from ui import state
from ui.component import cards
from ui.shell import page
from ui.text import figures
from ui.text.words import t
from ui.widgets import downloads, measure_cards, tables

INDICATORS = ("coverage", "shared_products", "look_alike_pairs", "top_share", "gini")


def sameness(bench: Bench, curves: dict[str, Curve], strategies: Mapping[str, Strategy]) -> None:
    """curves, strategies: of each surface."""
    page.head(t("overview.same"), t("overview.lines"))
    reach = len(bench.model.items)
    blanks = {"n": f"{reach:,}", "top": f"{max(round(reach / 100), 1):,}"}
    entries = [
        measure_cards.entry(name, _blocks(name, curves, strategies), note=t(f"overview.{name}", **blanks))
        for name in INDICATORS
    ]
    cards("sameness", entries)
    diversities = {surface: strategy.diversity for surface, strategy in strategies.items()}
    downloads.table(lambda: tables.indicators(curves, INDICATORS, diversities), "overview")


def _blocks(name: str, curves: dict[str, Curve], strategies: Mapping[str, Strategy]) -> list[dict[str, Any]]:
    """The figure on each surface, with its line over all λ."""
    blocks = []
    for surface, curve in curves.items():
        strategy = strategies[surface]
        values, now = curve.values(name), curve.at(strategy.diversity)
        spark = (values, now, strategy.is_shared)
        title = t(f"surface.{surface}")
        blocks.append(figures.block(name, values[now], values[0], state.view().k, spark, title))
    return blocks

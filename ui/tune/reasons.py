"""Why a product of the list, or one that dropped out of it, is relevant, and why it moved."""

from collections.abc import Sequence

from engine.bench.bench import Bench
from engine.explain.slots import Slot
from engine.strategy.strategy import Strategy
from ui.explain import rank_changes, why
from ui.text import products


def reasons(bench: Bench, strategy: Strategy, slots: Sequence[Slot], row: int) -> None:
    """The cards about one product, chosen among the slots of the shopper `row` and what they lost since λ 0."""
    labels = {slot.item: f"{slot.rank}. {products.title(bench, slot.item)}" for slot in slots}
    labels |= rank_changes.dropouts(bench, strategy, row)
    why.card(bench, row, labels, rank_changes.change_card(bench, strategy, row))

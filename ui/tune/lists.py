"""The list of one shopper, or the products that a group's lists show most."""

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve
from engine.explain.slots import ItemExposure, Slot, explain_slots, most_shown
from engine.strategy.strategy import Strategy
from ui.background import results
from ui.component import ranked_list
from ui.explain import rank_changes
from ui.shell import page
from ui.text import products
from ui.text.shoppers import Who
from ui.text.words import t
from ui.widgets import downloads, tables

TOP = 10  # products of a group's lists


def lists(bench: Bench, curve: Curve, strategy: Strategy, who: Who) -> list[Slot]:
    """The card with the list, or with what a group's lists show most; the slots of the list, none of a group."""
    if who.row is None:
        _most_shown_list(bench, curve, strategy, who)
        return []
    slots = explain_slots(bench, strategy, who.row)
    _one_list(bench, strategy, slots, who.row)
    return slots


def _one_list(bench: Bench, strategy: Strategy, slots: list[Slot], row: int) -> None:
    """Each product with the reason for its place."""
    start, end = bench.history.start, bench.history.end
    weeks = 0 if start is None or end is None else round((end - start).days / 7)
    with page.card(t("tune.list"), t("tune.list_note", weeks=weeks)):
        rows = [_slot_row(bench, slot, strategy) for slot in slots]
        ranked_list("tune_list", t("tune.list"), _heads("relevance", "why"), rows)
        moves = results.rank_changes(bench, strategy, row)
        downloads.table(lambda: tables.one_list(bench, strategy, slots, moves), "list")


def _most_shown_list(bench: Bench, curve: Curve, strategy: Strategy, who: Who) -> None:
    """Each product with its share of the lists."""
    with page.card(t("tune.lists"), t("tune.lists_note", n=f"{len(who.rows):,}")):
        shown = most_shown(curve.items[curve.at(strategy.diversity)], curve.items[0], top=TOP)
        rows = [_shown_row(bench, entry) for entry in shown]
        ranked_list("tune_list", t("tune.lists"), _heads("shown", "before"), rows)
        downloads.table(lambda: tables.most_shown(bench, shown), "most-shown")


def _heads(share: str, last: str) -> list[str]:
    return [t(f"list.{name}") for name in ("rank", "move", "product", "price", share, last)]


def _slot_row(bench: Bench, slot: Slot, strategy: Strategy) -> dict[str, object]:
    terms = {"relevance": f"{slot.relevance:.3f}", "variety": f"{slot.diversity:.3f}", "gain": f"{slot.gain:.3f}"}
    return _product_row(bench, slot, slot.base_rank <= strategy.k) | {
        "move_label": t("move.spoken", rank=slot.rank, before=slot.base_rank),
        "share": round(100 * slot.share) if slot.share > 0 else 0,
        "value": products.share(slot.share),
        "why": products.why(bench, slot) + rank_changes.deciding_rule(bench, strategy, slot),
        "terms": t("why.terms", **terms),
    }


def _shown_row(bench: Bench, entry: ItemExposure) -> dict[str, object]:
    before = t("tune.shown_before", share=f"{100 * entry.base_share:.0f}")
    return _product_row(bench, entry, entry.base_share > 0) | {
        "share": round(100 * entry.share),
        "value": f"{100 * entry.share:.0f}%",
        "why": [{"text": before, "strong": False}],
    }


def _product_row(bench: Bench, entry: Slot | ItemExposure, was_listed: bool) -> dict[str, object]:
    """What both lists show of a product: its rank, how it moved since λ 0, and its title and facets."""
    move, tone = products.rank_change(entry.rank, entry.base_rank, was_listed)
    return {
        "id": products.item_id(bench, entry.item),
        "rank": entry.rank,
        "move": move,
        "tone": tone,
        "title": products.title(bench, entry.item),
        "under": products.under(bench, entry.item),
        "price": products.price(bench, entry.item),
    }

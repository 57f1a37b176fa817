"""The card that explains why one product of a list moved, came in or dropped out."""

from collections.abc import Callable, Mapping

import streamlit as st

from engine.bench.bench import Bench
from engine.explain.rank_changes import RankChanges
from engine.explain.slots import Slot
from engine.strategy.strategy import Strategy
from ui import charts
from ui.background import results
from ui.charts.ranks import steps
from ui.shell import page
from ui.text import products
from ui.text.rank_change_words import sentences
from ui.text.rule_words import rule_words
from ui.text.words import clauses, joined, plain, t
from ui.widgets import downloads, tables


def change_card(
    bench: Bench, strategy: Strategy, row: int, before: Strategy | None = None, letters: str = ""
) -> Callable[[int], None]:
    """What draws the card of a product in the list of the shopper `row`: against λ 0, or the list `before`.

    letters: of the list before and of this one, where they have any: "AB".
    """
    changes = results.rank_changes(bench, strategy, row, before)

    def card(item: int) -> None:
        with page.card(key="moved_card"):
            left, right = page.split("moved", [1.3, 1])
            with left:
                _words(bench, strategy, changes, item, letters)
            with right:
                _chart(changes, item, letters)
            downloads.table(lambda: tables.rank_change_table(bench, strategy, changes), "moves")

    return card


def dropouts(bench: Bench, strategy: Strategy, row: int) -> Mapping[int, str]:
    """The products that one shopper's list lost since λ 0: catalogue row -> label."""
    moves = results.rank_changes(bench, strategy, row).changes
    return {move.item: t("moved.dropout", title=products.title(bench, move.item)) for move in moves if not move.rank}


def deciding_rule(bench: Bench, strategy: Strategy, slot: Slot) -> list[dict[str, object]]:
    """The rule that decided a place, as a line of the list; nothing where none did."""
    if slot.rule < 0:
        return []
    words = rule_words(strategy.all_entries[slot.rule], bench)
    return [{"text": t("moved.by_rule", rule=words), "strong": False}]


def _words(bench: Bench, strategy: Strategy, changes: RankChanges, item: int, letters: str) -> None:
    named = plain(products.title(bench, item))
    st.markdown(f"**{t('moved.title')}**  \n:gray[:small[{named} · {t('moved.note')}]]")
    move = changes.of(item)
    if move is None:
        st.markdown(t("moved.neither"))
        return
    place, *reasons, change = sentences(bench, strategy, move, letters[:1])
    st.markdown(f"**{plain(place)}**")
    st.markdown(plain(joined(*reasons)))
    st.markdown(f":green[:material/arrow_right_alt:] {plain(change)}")


def _chart(changes: RankChanges, item: int, letters: str) -> None:
    along = changes.by_lambda
    if len(along.diversities) == 1:  # with spread
        return
    title = t("moved.chart_of", list=letters[1:]) if letters else t("moved.chart")
    st.markdown(f"**:small[{title}]**  \n:gray[:small[{t('moved.chart_note')}]]")
    places = along.of(item)
    spoken = clauses(
        f"λ {level:.2f}: {place or t('moved.chart_out')}"
        for level, place in zip(along.diversities, places, strict=True)
    )
    charts.show(steps(along.diversities, places, along.now, along.items.shape[1]), "places", spoken)

"""Tune: what do I gain and lose when I move λ?"""

from functools import partial

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve
from engine.evaluation.knee import knee
from engine.explain.advice import unchanged
from engine.explain.slots import Slot, explain, most_shown
from engine.strategy.strategy import Against, Strategy
from ui import charts, state
from ui.background import results
from ui.component import cards, ranked_list
from ui.explain import rank_changes, rule_costs, why
from ui.shell import navigation, page
from ui.strategy_editor import editor, in_use, recommended, rule_list, save_dialog
from ui.text import figures, kept_words, products
from ui.text.shoppers import Who
from ui.text.words import joined, plain, t
from ui.widgets import controls, downloads, tables
from ui.widgets import history_cards as against

ONE_SHOPPER = ("facet_count", "look_alike_pairs", "ild", "ild_mixed")
MANY = ("facet_count", "look_alike_pairs", "shared_products", "coverage", "ild_mixed")
AGAINST = ("facet_narrowing", "history_similarity", "calibration_js", "repeat_share", "novelty", "serendipity")
PANELS = ("ild", "facet_entropy", "coverage")


@st.fragment
@page.guarded()
def view(bench: Bench, who: Who) -> None:
    """Everything that answers a move of λ."""
    top = st.container()
    with page.card():
        controls.diversity_with_ends()
    strategy = state.strategy()
    try:
        strategy = editor.card(bench)  # refuses rules that this shop cannot keep
    finally:
        with top:
            badges = [page.whose(bench, who.label), *in_use.badges(strategy)]
            page.header("tune", t("tune.sentence"), badges, partial(save_dialog.button, bench))
            page.lacking(bench)
    one = who.row is not None
    curve = (results.one_curve if one else results.curve)(bench, strategy, who)
    rule_list.broken(bench, strategy, who)
    _metrics(curve, strategy, one)
    _notice(bench, strategy, who, curve)
    left, right = page.split("tune", [2.45, 1])
    with left, page.card(t("tune.list" if who.row is not None else "tune.lists"), _list_note(bench, who)):
        if who.row is not None:
            slots = explain(bench, strategy, who.row)
            _one_list(bench, strategy, slots, who.row)
        else:
            _many_lists(bench, curve, strategy)
    with right:
        _cost(bench, strategy, who)
    if who.row is not None:
        listed = {slot.item: f"{slot.rank}. {products.title(bench, slot.item)}" for slot in slots}
        listed |= rank_changes.dropouts(bench, strategy, who.row)
        why.card(bench, who.row, listed, rank_changes.told(bench, strategy, who.row))
    rule_costs.card(bench, strategy, who)
    _against(bench, strategy, who, curve)
    state.write_url()  # a fragment's own run ends here, not in app.py


def _metrics(curve: Curve, strategy: Strategy, one: bool) -> None:
    now = curve.at(strategy.diversity)
    entries = _kept(curve, now, one)
    for name in ONE_SHOPPER if one else MANY:
        key = curve.key(name)
        if key is None:
            continue
        values = curve.values(key)
        entries.append(
            {
                "key": key,
                "label": t(f"measure.{name}"),
                "help": t(f"measure.{name}_help"),
                "note": joined(t(f"measure.{name}_means"), "" if one else figures.counted(curve.measured[now], key)),
                "blocks": [figures.block(key, values[now], values[0], strategy.k, one=one)],
            }
        )
    cards("tune_cards", entries, least=148)


def _kept(curve: Curve, at: int, one: bool) -> list[dict[str, object]]:
    """The card of relevance kept, of both references where rules make them differ."""
    name = "score_kept" if one or curve.key("ndcg") is None else "ndcg_kept"
    blocks = kept_words.blocks(curve, at, one)
    note = joined(t(f"measure.{name}_means"), "" if one else figures.counted(curve.measured[at], name))
    words = {"label": t(f"measure.{name}"), "help": t(f"measure.{name}_help"), "note": note}
    return [{"key": name, "blocks": blocks, **words}] if blocks else []


def _against(bench: Bench, strategy: Strategy, who: Who, curve: Curve) -> None:
    """The list, or the group's lists, against the shopper's own history."""
    if not bench.evidence(page.scope()).has_history:
        return
    with st.spinner(t("tune.against_reading")):
        lists = curve.items[[0, curve.at(strategy.diversity)]]
        found = results.against_history(bench, strategy, who, lists)
    one = who.row is not None
    page.head(t("tune.against_one" if one else "tune.against_many"), t("tune.against_note"))
    cards("tune_against", against.entries({"": found}, AGAINST, strategy.k, one), least=160)


def _notice(bench: Bench, strategy: Strategy, who: Who, curve: Curve) -> None:
    found = unchanged(bench, strategy, who.rows, curve.items[[0, curve.at(strategy.diversity)]])
    if found is None:
        return
    figures_ = {"spread": f"{found.spread:.3f}", "range": f"{found.score_range:.3g}", "n": found.candidates}
    words = t(f"unchanged.{found.cause}", **figures_, k=strategy.k)
    then = t("unchanged.first", first=f"{found.first:.2f}") if found.first is not None else t("unchanged.never")
    st.info(joined(t("unchanged.title"), words, then), icon=":material/info:")


def _list_note(bench: Bench, who: Who) -> str:
    if who.row is None:
        return t("tune.lists_note", n=f"{len(who.rows):,}")
    start, end = bench.history.start, bench.history.end
    weeks = 0 if start is None or end is None else round((end - start).days / 7)
    return t("tune.list_note", weeks=weeks)


def _one_list(bench: Bench, strategy: Strategy, slots: list[Slot], row: int) -> None:
    rows = [_slot_row(bench, slot, strategy) for slot in slots]
    ranked_list("tune_list", t("tune.list"), _heads("why"), rows)
    found = results.moves(bench, strategy, row)
    downloads.table(lambda: tables.one_list(bench, strategy, slots, found), "list")


def _heads(last: str) -> list[str]:
    return [t(f"list.{name}") for name in ("rank", "move", "product", "price", "relevance", last)]


def _slot_row(bench: Bench, slot: Slot, strategy: Strategy) -> dict[str, object]:
    move, tone = products.move(slot.rank, slot.base_rank, slot.base_rank <= strategy.k)
    return {
        "id": products.item_id(bench, slot.item),
        "rank": slot.rank,
        "move": move,
        "move_label": t("move.spoken", rank=slot.rank, before=slot.base_rank),
        "tone": tone,
        "title": products.title(bench, slot.item),
        "under": products.under(bench, slot.item),
        "price": products.price(bench, slot.item),
        "share": round(100 * slot.share) if slot.share > 0 else 0,
        "value": products.share(slot.share),
        "why": products.why(bench, slot) + rank_changes.acted(bench, strategy, slot),
        "terms": t(
            "why.terms", relevance=f"{slot.relevance:.3f}", variety=f"{slot.diversity:.3f}", gain=f"{slot.gain:.3f}"
        ),
    }


def _many_lists(bench: Bench, curve: Curve, strategy: Strategy) -> None:
    lists = curve.items
    shown = most_shown(lists[curve.at(strategy.diversity)], lists[0], top=10)
    rows = []
    for entry in shown:
        move, tone = products.move(entry.rank, entry.base_rank, entry.base_share > 0)
        rows.append(
            {
                "id": products.item_id(bench, entry.item),
                "rank": entry.rank,
                "move": move,
                "tone": tone,
                "title": products.title(bench, entry.item),
                "under": products.under(bench, entry.item),
                "price": products.price(bench, entry.item),
                "share": round(100 * entry.share),
                "value": f"{100 * entry.share:.0f}%",
                "why": [{"text": t("tune.shown_before", share=f"{100 * entry.base_share:.0f}"), "strong": False}],
            }
        )
    heads = _heads("before")
    heads[4] = t("list.shown")
    ranked_list("tune_list", t("tune.lists"), heads, rows)
    downloads.table(lambda: tables.most_shown(bench, shown), "most-shown")


def _cost(bench: Bench, strategy: Strategy, who: Who) -> None:
    """The trade-off over all λ: of the group, or of everyone where one shopper is looked at."""
    group = who if who.row is None else None
    label = who.label if group else t("who.everyone", n=f"{len(bench.users):,}")
    with page.card(t("tune.cost"), t("tune.cost_note", who=plain(label))), st.spinner(t("tune.sweeping")):
        curve = results.curve(bench, strategy, group)
        against = strategy.floor.against if strategy.floor else "plain"
        cost = _cost_key(curve, against)
        now, kept = curve.at(strategy.diversity), curve.values(cost) * 100
        panels = [panel for name in PANELS if (panel := _panel(curve, name))]
        shares = curve.kept_shares(now)
        ruling = curve.plain is not None
        told = t("tune.kept", kept=figures.with_unit(cost, kept[now] / 100))
        told = kept_words.sentence(shares, ruling) if shares else told
        alt = "; ".join([told, *(f"{title}: {values[now]:{form}}" for title, values, form in panels)])
        floor = strategy.floor if shares else None
        least = 100 * floor.keep if floor and floor.metric == "ndcg" else None
        at_bend = knee(results.curve(bench, strategy.at(exposure=None), group))
        bend = None if at_bend is None else curve.at(at_bend)
        title = t("measure.ndcg_kept") + (f" · {t(f'floor.against_{against}')}" if ruling else "")
        charts.show(charts.trade_off(kept, curve.diversities, panels, now, least, bend, title), "trade_off", alt)
        if np.isfinite(kept[now]):
            st.markdown(f":green[**{t('chart.now')} · λ {strategy.diversity:.2f}**] {told}")
        if strategy.exposure is not None:
            st.markdown(f":gray[:small[{t('makers.curve')}]]")
        if bend is not None:
            st.markdown(f":gray[:small[{t('tune.bend', diversity=f'{curve.diversities[bend]:.2f}')}]]")
        recommended.line(bench, state.strategy())


def _cost_key(curve: Curve, against: Against) -> str:
    """What the trade-off's axis shows: nDCG kept of the reference, or the score where nobody buys."""
    plain = against == "plain"
    names = ("ndcg_kept_plain", "score_kept_plain") if plain else ("ndcg_kept", "score_kept")
    return next((key for name in names if (key := curve.key(name))), names[0])


def _panel(curve: Curve, name: str) -> tuple[str, np.ndarray, str] | None:
    """One panel of the trade-off: title with unit, values over λ, and how they are written."""
    key = curve.key(name)
    if key is None:
        return None
    row = figures.figure(key)
    unit = "%" if row.suffix == "%" else t("unit." + row.suffix) if row.suffix else ""
    return t(f"measure.{name}") + (f", {unit}" if unit else ""), curve.values(key) * row.scale, f".{row.digits}f"


def main() -> None:
    bench = page.bench_or_wait("tune")
    if bench is None:
        return
    with st.sidebar:
        controls.surface()
        who = controls.who(bench)
        controls.method(bench)
        controls.list_settings(bench)
    view(bench, who)


navigation.enter("tune")
main()

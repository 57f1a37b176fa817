"""From a loop on the map to a rule: show few of its products, boost them, or hide them."""

from typing import Any

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from ui.shell import navigation, page
from ui.state import options, rule_text
from ui.strategy_editor import rule_form
from ui.text import products
from ui.text.rule_words import facet_words, value_words
from ui.text.words import plain, t

MOST = 300  # products that one rule may name: a link has to hold them
LEAST = 0.5  # of the loop and of the value, together, below which a value does not stand for the loop
THESE = "these"


def rule_buttons(bench: Bench, rows: np.ndarray) -> None:
    """Buttons that make a rule of the products chosen (catalogue rows), or of the value that is nearly the same."""
    targets = _targets(bench, rows)
    with page.card(t("map.rule"), t("map.rule_note")):
        if len(rows) > MOST:
            st.markdown(f":orange[:small[{t('map.rule_many', n=f'{len(rows):,}', most=MOST)}]]")
        if not targets:
            return
        what = THESE if THESE in targets else next(iter(targets))
        if len(targets) > 1:
            labels = {name: plain(label) for name, (label, _) in targets.items()}
            what = st.segmented_control(
                t("map.rule_what"), required=True, **options.options("map_rule_what", labels, what)
            )
        elif what != THESE:
            st.markdown(plain(targets[what][0]))
        _buttons(targets[what][1])


def done() -> None:
    """Report what the last button did; the selection is gone by then, because the map was drawn again."""
    what = st.session_state.pop("map_rule_done", None)
    if what is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        good, bad = ":green[:material/check:]", ":orange[:material/edit:]"
        st.markdown(f"{good} {t('map.rule_done')}" if what == "added" else f"{bad} {t(f'rules.wrong.{what}')}",
                    width="content")  # fmt: skip
        navigation.link("tune", t("map.rule_see"))


def _buttons(some: dict[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input(t("map.rule_most"), 0, 100, 1, key="map_rule_most", width=150)
        for name, icon, fields in (
            ("cap", "filter_list", {"max": number}), ("boost", "trending_up", {"kind": "boost"}),
            ("hide", "visibility_off", {"kind": "hide"}),
        ):  # fmt: skip
            words = t(f"map.rule_{name}", n=number)
            st.button(words, icon=f":material/{icon}:", key=f"map_rule_{name}", on_click=_add, args=(some, fields))


def _add(some: dict[str, Any], fields: dict[str, Any]) -> None:
    if "max" in fields:
        fields = {"max": int(st.session_state["map_rule_most"])}
    st.session_state["map_rule_done"] = rule_form.add(rule_text.entry(some | fields)) or "added"
    st.session_state.pop("new_wrong", None)  # it is told here


def _targets(bench: Bench, rows: np.ndarray) -> dict[str, tuple[str, dict[str, Any]]]:
    """What a rule can name: the products themselves where they are few, and the facet's value most like the loop."""
    targets: dict[str, tuple[str, dict[str, Any]]] = {}
    if len(rows) <= MOST:
        ids = [products.item_id(bench, int(row)) for row in rows]
        targets[THESE] = (t("map.rule_these", n=len(rows)), {"item_ids": ids})
    near = _nearest(bench, rows)
    if near is not None and (near[0] >= LEAST or not targets):
        _, name, code, n, every = near
        value = bench.evidence("all").facets[name][1][code]
        words = {"facet": facet_words(name), "value": value_words(bench, name, value), "n": n, "all": every}
        targets[f"{name}={value}"] = (t("map.rule_value", **words), {"facet": name, "value": value})
    return targets


def _nearest(bench: Bench, rows: np.ndarray) -> tuple[float, str, int, int, int] | None:
    """The value whose products are most like the loop's: Jaccard, facet, code, how many are inside, and in all."""
    candidates = []
    for name, (codes, values) in bench.evidence("all").facets.items():
        inside, every = (
            np.bincount(codes_of[codes_of >= 0], minlength=len(values))
            for codes_of in (codes[rows], codes[bench.model.items])
        )
        alike = inside / np.maximum(len(rows) + every - inside, 1)
        at = int(alike.argmax())
        candidates.append((float(alike[at]), name, at, int(inside[at]), int(every[at])))
    best = max(candidates, default=None)
    return best if best and best[0] > 0 else None

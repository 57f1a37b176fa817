"""Exceptions by category: λ and similarity of their lists, suggested from purchases or set by hand."""

from typing import Any

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from engine.diagnosis.suggested_policies import PERSONAL, STANDARD
from engine.slates.rule_lookup import facet, facet_names
from engine.strategy.similarity_weights import EMBEDDING
from ui import state
from ui.background import preparation, results
from ui.state import options, similarity_weights
from ui.strategy_editor import exceptions_edit
from ui.text.rule_words import value_words
from ui.text.words import enumerated, plain, t
from ui.widgets import controls

NAMES = {STANDARD: "standard", PERSONAL: "personal_goods"}
SUCH_AS = 3


def show(bench: Bench) -> None:
    """One line for each policy, with its fields in a popover, then the buttons that add one."""
    exceptions_edit.head("kinds")
    for number, row in enumerate(exceptions_edit.rows("policies")):
        _kind(bench, number, row)
    with st.container(horizontal=True, gap="small"):
        if bench.context.has_history:
            st.button(
                t("some.suggest"), key="some_suggest", icon=":material/auto_awesome:", help=t("some.suggest_help"),
                on_click=_suggest,
            )  # fmt: skip
        if bench.evidence("all").main_facet:
            st.button(t("some.kind_new"), key="some_kind_new", icon=":material/add:", on_click=_add)


def _suggest() -> None:
    """Replace the policies with those suggested from the shop's log."""
    bench = preparation.preparation().bench
    if bench is None:
        return
    try:
        suggested = results.policies(bench).policies
    except InputError:
        suggested = ()
    if not suggested:
        st.session_state[exceptions_edit.WRONG] = "suggest_none"
        return
    exceptions_edit.put(
        policies=[policy.model_dump() | {"name": t(f"some.{NAMES[policy.name]}")} for policy in suggested]
    )


def _add() -> None:
    """A kind of the main facet's first value that no kind has yet, with the likeness in use."""
    bench = preparation.preparation().bench
    if bench is None:
        return
    main = bench.evidence("all").main_facet
    present = exceptions_edit.rows("policies")
    taken = {value for row in present if row["facet"] == main for value in row["values"]}
    free = [value for value in facet(bench, str(main))[1] if value not in taken]
    if free:
        row = {"name": t("some.own_kind", n=len(present) + 1), "facet": main, "values": free[:1],
               "facet_weights": _fractions(state.view().weights)}  # fmt: skip
        exceptions_edit.put(policies=[*present, row])


def _kind(bench: Bench, number: int, row: dict[str, Any]) -> None:
    words, fields, button = st.columns([5.4, 2, 0.6], vertical_alignment="center")
    level = row.get("diversity")
    mixed = [f"{plain(controls.source_name(source))} {100 * share:.3g}%" for source, share in _mixture(row)]
    effect = " · ".join([*([f"λ {level:.2f}"] if level is not None else []), *mixed])
    examples = enumerated(plain(value_words(bench, row["facet"], value)) for value in row["values"][:SUCH_AS])
    more = " …" if len(row["values"]) > SUCH_AS else ""
    n = t("some.kind_values", n=len(row["values"]))
    words.markdown(f"{plain(row['name'])} · {n}  \n:gray[:small[{effect}]]  \n:gray[:small[{examples}{more}]]")
    with fields.popover(t("some.change"), key=f"some_kind_{number}", width="stretch"):
        _fields(bench, number, row)
    button.button(
        "", icon=":material/close:", type="tertiary", key=f"some_kind_remove_{number}", help=t("some.remove"),
        on_click=exceptions_edit.remove, args=("policies", number),
    )  # fmt: skip


def _mixture(row: dict[str, Any]) -> list[tuple[str, float]]:
    return list(dict(row.get("facet_weights") or ()).items())


def _fractions(shares: dict[str, int]) -> dict[str, float]:
    return {source: share / 100 for source, share in shares.items() if share}


def _fields(bench: Bench, number: int, row: dict[str, Any]) -> None:
    def keep(field: str, key: str) -> None:
        if st.session_state[key] or field == "diversity":  # a kind has a name and products
            exceptions_edit.change("policies", number, **{field: st.session_state[key]})

    name = state.tied(f"some_kind_name_{number}", row["name"])
    st.text_input(t("some.name"), key=name, max_chars=60, on_change=keep, args=("name", name))
    _level(number, row, keep)
    _shares(bench, number, row)
    known = facet(bench, row["facet"])[1] if row["facet"] in facet_names(bench) else []
    labels = {value: value_words(bench, row["facet"], value) for value in known}
    values = options.tied(f"some_kind_values_{number}", labels, [value for value in row["values"] if value in labels])
    with st.container(height=220, border=False):
        st.multiselect(t("some.values"), on_change=keep, args=("values", values["key"]), help=t("some.values_help"),
                       **values)  # fmt: skip


def _level(number: int, row: dict[str, Any], keep: Any) -> None:
    """Whether a kind has a λ of its own; it must say something, so one without weights keeps its λ."""
    level = row.get("diversity")
    own_key = state.tied(f"some_kind_own_{number}", level is not None)

    def turn() -> None:
        exceptions_edit.change(
            "policies", number, diversity=state.view().diversity if st.session_state[own_key] else None
        )

    st.toggle(t("some.own_level"), key=own_key, on_change=turn, disabled=level is not None and not _mixture(row))
    if level is not None:
        key = state.tied(f"some_kind_level_{number}", level)
        st.slider("λ", 0.0, 1.0, step=0.05, format="λ %.2f", key=key, on_change=keep, args=("diversity", key))


def _shares(bench: Bench, number: int, row: dict[str, Any]) -> None:
    """What makes its products alike: the sliders of the sidebar, for this kind alone."""
    weights = {source: round(100 * share) for source, share in _mixture(row)} or state.view().weights
    shares = similarity_weights.known(weights, bench.sources)
    for source, share in shares.items():
        key = state.tied(f"some_kind_share_{number}_{source}", share)

        def keep(source: str = source, key: str = key) -> None:
            new_shares = similarity_weights.shift_share(shares, source, st.session_state[key])
            exceptions_edit.change("policies", number, facet_weights=_fractions(new_shares))

        st.slider(plain(controls.source_name(source)), 0, 100, format="%d%%", key=key, on_change=keep)
    if EMBEDDING not in shares:
        return
    st.markdown(f":gray[:small[{t('control.likeness_sum')}]]")

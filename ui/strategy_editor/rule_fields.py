"""The fields of a new rule: what is drawn for each kind, and what was filled in."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import streamlit as st

from engine.bench.bench import Bench
from engine.bench.segments import columns, segments
from engine.slates.rule_lookup import facet, facet_names
from ui import state
from ui.state import options
from ui.text import products
from ui.text.rule_words import facet_words, group_words, value_words
from ui.text.words import t
from ui.widgets import product_search

COUNTED = {"most": ("max", "window", "first"), "least": ("min", "first")}
PUSHED = ("boost", "bury", "hide")
NUMBERS = {"max": (0, 2), "min": (1, 1), "window": (2, None), "first": (1, None)}  # the least, and the default
STRENGTHS = ("weak", "moderate", "strong")
SCOPE = ("name", "starts", "ends", "surfaces")


def kinds(bench: Bench) -> list[str]:
    """The kinds of rules that this shop's data allow."""
    facets = ["most", "least"] if facet_names(bench) else []
    return [*facets, "pin", *PUSHED, *(["favour"] if _columns(bench) else [])]


def draw(bench: Bench, kind: str) -> None:
    """The fields of one kind, then those that every rule has."""
    if kind in COUNTED:
        _facet(bench, each=kind == "most")
        for name, column in zip(COUNTED[kind], st.columns(3), strict=False):
            least, usual = NUMBERS[name]
            column.number_input(
                t(f"rules.field.{name}"), least, 100, usual, key=f"new_{name}",
                placeholder=t("rules.whole"), help=t(f"rules.field.{name}_help"),
            )  # fmt: skip
    elif kind == "pin":
        _pin(bench)
    elif kind == "favour":
        left, right = st.columns(2)
        with left:
            _choice("column", {name: t(f"rule_words.column.{name}") for name in _columns(bench)})
        with right:
            _strength()
    else:
        _push(bench, kind)
    if st.toggle(t("rules.scoped"), key="new_scoped", help=t("rules.scoped_help")):
        _scope(bench)


def given(kind: str) -> dict[str, Any]:
    """The loose fields of the rule that was filled in, as `rule_text.entry` takes them."""
    fields = _counted(kind) if kind in COUNTED else _pinned() if kind == "pin" else _pushed(kind)
    if not _get("scoped"):
        return fields
    fields |= {name: value for name in SCOPE if (value := _get(name))}
    if by := _get("by"):
        fields["segment"] = {"by": by, "group": _get(f"group_{by}")}
    return fields


def lacking(kind: str) -> str | None:
    """What is not filled in yet, a key of `rules.wrong`; None where the rule is whole."""
    if kind == "pin":
        wrong = None if _get("item") else "no_item"
    elif kind in PUSHED and _get("by_items"):
        wrong = None if _get("items") else "no_item"
    elif kind in COUNTED:
        wrong = "no_number" if _get(COUNTED[kind][0]) is None else None
    else:
        wrong = None
    starts, ends = _get("starts"), _get("ends")
    if _get("scoped") and isinstance(starts, date) and isinstance(ends, date) and ends < starts:
        wrong = "days"
    return wrong


def clear() -> None:
    """Clear the search and the products chosen. The kind of rule and its numbers stay."""
    for name in ("find", "item", "items", "name"):
        options.forget(f"new_{name}")


def _get(name: str) -> Any:
    return options.chosen(f"new_{name}")


def _counted(kind: str) -> dict[str, Any]:
    fields = {"facet": _get("facet"), "value": _get(f"value_{_get('facet')}")}
    fields |= {name: _get(name) for name in COUNTED[kind]}
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _pinned() -> dict[str, Any]:
    first, last = _get("places") or (1, 1)
    place = {"position": first} if first == last else {"positions": [first, last]}
    return {"kind": "soft_pin" if _get("soft") else "pin", "item_id": _get("item"), **place}


def _pushed(kind: str) -> dict[str, Any]:
    fields = {"kind": kind} | ({} if kind == "hide" else {"strength": _get("strength")})
    if kind == "favour":
        return fields | {"column": _get("column")}
    if _get("by_items"):
        return fields | {"item_ids": list(_get("items"))}
    return fields | {"facet": _get("facet"), "value": _get(f"value_{_get('facet')}")}


def _columns(bench: Bench) -> list[str]:
    items = bench.history.items
    return [name for name in ("price", "margin", "stock") if name in items and items[name].notna().any()]


def _choice(name: str, labels: dict[str, str]) -> str:
    chosen: str = st.selectbox(t(f"rules.field.{name.partition('_')[0]}"), **options.options(f"new_{name}", labels))
    return chosen


def _head(column: str) -> str:
    words = facet_words(column)
    return words[:1].upper() + words[1:]


def _facet(bench: Bench, each: bool) -> None:
    """A facet, and one of its values or, where that makes sense, each of them."""
    left, right = st.columns(2)
    with left:
        chosen = _choice("facet", {name: _head(name) for name in facet_names(bench)})
    values = facet(bench, chosen)[1]
    first = {"": t("rules.each")} if each else {}
    labels = first | {value: value_words(bench, chosen, value) for value in values}
    with right:
        _choice(f"value_{chosen}", labels)


def _strength() -> None:
    labels = {name: t(f"rule_words.strength.{name}") for name in STRENGTHS}
    st.segmented_control(
        t("rules.field.strength"), required=True, help=t("rules.field.strength_help"),
        **options.options("new_strength", labels, "moderate"),
    )  # fmt: skip


def _pin(bench: Bench) -> None:
    offered = _matching_ids(bench)
    labels = _labels(bench, offered)
    if offered and _get("item") not in offered:
        options.choose("new_item", offered[0])  # the best match, until another is chosen
    left, right = st.columns(2)
    with left:
        _choice("item", labels)
        st.toggle(t("rules.field.soft"), key="new_soft", help=t("rules.field.soft_help"))
    k = state.view().k
    if max(_get("places") or (1, 1)) > k:
        st.session_state["new_places"] = (1, 1)
    right.slider(t("rules.field.places"), 1, k, (1, 1), key="new_places", help=t("rules.field.places_help"))


def _push(bench: Bench, kind: str) -> None:
    by_items = st.toggle(t("rules.field.by_items"), value=not facet_names(bench), key="new_by_items")
    if by_items:
        matches = _matching_ids(bench)
        offered = [*dict.fromkeys([*(_get("items") or []), *matches])]
        labels = _labels(bench, offered)
        st.multiselect(t("rules.field.items"), placeholder=t("rules.choose"), **options.options("new_items", labels))
    else:
        _facet(bench, each=False)
    if kind != "hide":
        _strength()


def _matching_ids(bench: Bench) -> list[str]:
    """Ids of products whose texts hold the words typed, the best match first."""
    query = st.text_input(t("rules.find"), key="new_find", icon=":material/search:", placeholder=t("map.find_hint"))
    rows = product_search.find_products(bench, query)
    if query.strip() and not rows:
        st.markdown(f":small[{t('map.found_none')}]")
    return [products.item_id(bench, row) for row in rows]


def _labels(bench: Bench, ids: Iterable[str]) -> dict[str, str]:
    """The label of each product in a select box."""
    rows = {name: products.by_id(bench, name) for name in ids}
    return {name: name if row is None else products.label(bench, row) for name, row in rows.items()}


def _scope(bench: Bench) -> None:
    """The fields of every rule: name, days, lists and shoppers."""
    first, second, third = st.columns(3)
    first.text_input(t("rules.field.name"), key="new_name", max_chars=60)
    second.date_input(t("rules.field.starts"), None, key="new_starts", format="YYYY-MM-DD")
    third.date_input(t("rules.field.ends"), None, key="new_ends", format="YYYY-MM-DD")
    first, second, third = st.columns(3)
    if len(bench.surfaces) > 1:
        labels = {name: t(f"surface.{name}") for name in bench.surfaces}
        first.multiselect(
            t("rules.field.surfaces"), placeholder=t("rules.all"), wrap=True, **options.options("new_surfaces", labels)
        )
    if bench.context.has_history:
        with second:
            by = _choice("by", {"": t("rules.everybody")} | {name: _head(name) for name in columns(bench)})
        if by:
            with third:
                _choice(f"group_{by}", {name: group_words(bench, name) for name in segments(bench, by)})

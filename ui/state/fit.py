"""Replace settings that a shop's data do not allow."""

import streamlit as st

from engine.bench.bench import Bench
from ui.state import similarity_weights, view_state
from ui.state.view import POOLS


def fit(bench: Bench) -> None:
    """Replace settings that this shop's data do not allow, and remember whom its lists are for."""
    context, view = bench.context.name, view_state.view()
    changes: dict[str, object] = {}
    if st.session_state.get("_context", context) != context:
        changes["shopper"] = ""  # a shopper is no product
    st.session_state["_context"] = context
    for name, allowed in (
        ("surface", bench.surfaces), ("similarity", bench.similarities), ("method", bench.methods),
        ("from_method", bench.methods), ("third", ("", *bench.methods)), ("map_by", bench.similarities),
    ):  # fmt: skip
        if getattr(view, name) not in allowed:
            changes[name] = allowed[0]
    changes["weights"] = similarity_weights.known(view.weights, bench.sources)
    if bench.future is None:
        changes["floor"] = None  # no later purchases can judge what is kept
    if not bench.context.has_history:
        changes["exposure"] = None  # it is due by purchases
    view_state.put(**changes)


def pools() -> tuple[int, ...]:
    """The pools that can be chosen: those that hold at least one list."""
    view = view_state.view()
    large = tuple(pool for pool in POOLS if pool >= view.k)
    if view.pool not in large:
        view_state.put(pool=large[0])
    return large

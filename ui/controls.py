"""The controls that pages share. Each is tied to one setting, and so to the URL."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from engine.experiments.bench import Bench
from ui import shoppers, state
from ui.words import LANGUAGES, plain, t


def language() -> None:
    st.segmented_control(
        t("control.language"), list(LANGUAGES), format_func=LANGUAGES.__getitem__, required=True,
        label_visibility="collapsed", width="stretch", **state.widget("lang"),
    )  # fmt: skip


def surface() -> None:
    _choice("surface", state.SURFACES)


def who(bench: Bench, groups: bool = True) -> shoppers.Who:
    """The choice of shopper or group. An unknown one is named, and the typical shopper takes its place."""
    offered = shoppers.options(bench) if groups else list(shoppers.shoppers(bench))
    typical = shoppers.shoppers(bench)[0]
    asked = state.get("shopper") or typical
    found = shoppers.resolve(asked, bench)
    if found is not None and found.row is None and not groups:
        asked, found = typical, shoppers.resolve(typical, bench)
    if found is None:
        st.warning(t("who.unknown", id=plain(asked[:40])), icon=":material/person_off:")
        state.put("shopper", "")
        asked, found = typical, shoppers.resolve(typical, bench)
    assert found is not None
    offered = offered if asked in offered else [*offered, asked]
    st.selectbox(
        t("control.shopper"), offered, format_func=labelled(shoppers.labels(offered, bench)),
        accept_new_options=True, help=t("control.shopper_help"),
        **state.widget("shopper", asked),
    )  # fmt: skip
    return found


def method() -> None:
    _choice("method", state.METHODS)


def list_settings() -> None:
    """Similarity, length, pool and score scale: how lists are made besides λ and method."""
    _choice("similarity", state.SIMILARITIES)
    st.slider(t("control.k"), state.SMALLEST_K, state.LARGEST_K, help=t("control.k_help"), **state.widget("k"))
    st.select_slider(t("control.pool"), state.pools(), help=t("control.pool_help"), **state.widget("pool"))
    st.selectbox(
        t("control.normalize"), state.SCALES, format_func=_words("normalize", state.SCALES),
        help=t("control.normalize_help"), **state.widget("normalize"),
    )  # fmt: skip


def diversity(setting: str = "diversity", label: str | None = None, **more: Any) -> None:
    """The λ slider."""
    st.slider(
        label or t("control.diversity"), 0.0, 1.0, step=0.05, format="λ %.2f", help=t("control.diversity_help"),
        **state.widget(setting), **more,
    )  # fmt: skip


def diversity_with_ends() -> None:
    """The λ slider with both ends named."""
    left, middle, right = st.columns([1.4, 6, 1.4], vertical_alignment="center")
    left.markdown(f"**{t('tune.relevant')}**  \n:gray[:small[{t('tune.relevant_note')}]]", text_alignment="right")
    with middle:
        diversity(label_visibility="collapsed")
    right.markdown(f"**{t('tune.varied')}**  \n:gray[:small[{t('tune.varied_note')}]]")


def _choice(setting: str, options: tuple[str, ...]) -> None:
    st.segmented_control(
        t(f"control.{setting}"), options, format_func=_words(setting, options), required=True,
        help=t(f"control.{setting}_help"), width="stretch", wrap=False, **state.widget(setting),
    )  # fmt: skip


def _words(group: str, options: Sequence[str]) -> Callable[[str], str]:
    return labelled({option: t(f"{group}.{option}") for option in options})


def labelled(labels: dict[str, str]) -> Callable[[str], str]:
    """Labels fixed in the language of this run; an option typed by the user is its own label."""
    return lambda option: labels.get(option, option)

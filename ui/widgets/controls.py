"""The controls that pages share. Each is tied to one setting, and so to the URL."""

from collections.abc import Callable, Sequence

import streamlit as st

from engine.bench.bench import Bench
from engine.strategy.similarity_weights import EMBEDDING
from ui import state
from ui.background import preparation
from ui.component import keep_typed
from ui.state import options, similarity_weights
from ui.text import shoppers
from ui.text.words import LANGUAGES, plain, t

DIVERSITY_ENDS, SPREAD_ENDS = ("relevant", "varied"), ("alike", "apart")  # words of the ends of λ and of σ


def language() -> None:
    st.segmented_control(
        t("control.language"), required=True, label_visibility="collapsed", width="stretch",
        **options.setting("lang", LANGUAGES),
    )  # fmt: skip


def device() -> None:
    """Where the lists in view were made, once there are any."""
    bench = preparation.preparation().bench
    if bench is not None and bench.device:
        name = t("control.device_cpu") if bench.device == "cpu" else plain(bench.device)
        st.markdown(f":gray[:small[{t('control.device', device=name)}]]")


def surface() -> None:
    """The occasion, where the shop has more than one."""
    bench = preparation.preparation().bench
    offered = state.SURFACES if bench is None else bench.surfaces
    if len(offered) > 1:
        _choice("surface", offered)


def who(bench: Bench, groups: bool = True) -> shoppers.Who:
    """The choice of shopper or group. An unknown one is named, and the typical shopper takes its place."""
    offered = shoppers.options(bench) if groups else list(shoppers.shoppers(bench))
    typical = shoppers.shoppers(bench)[0]
    option = state.view().shopper or typical
    chosen = shoppers.resolve(option, bench)
    if chosen is not None and chosen.row is None and not groups:
        option, chosen = typical, shoppers.resolve(typical, bench)
    if chosen is None:
        st.warning(t("who.unknown", id=plain(option[:40])), icon=":material/person_off:")
        state.put(shopper="")
        option, chosen = typical, shoppers.resolve(typical, bench)
    assert chosen is not None
    option = chosen.option
    offered = offered if option in offered else [*offered, option]
    st.selectbox(
        t("control.shopper"), accept_new_options=True, help=t("control.shopper_help"),
        **options.setting("shopper", options.named(offered, shoppers.labels(offered, bench)), option),
    )  # fmt: skip
    keep_typed("shopper")
    return chosen


def group(bench: Bench) -> shoppers.Who:
    """Everyone or a group, for pages that compare shoppers: one shopper alone is taken as everyone."""
    offered = [shoppers.EVERYONE, *shoppers.groups(bench)]
    option = state.view().shopper if state.view().shopper in offered else shoppers.EVERYONE
    if len(offered) > 1:
        st.selectbox(
            t("control.group"), help=t("control.group_help"),
            **options.setting("shopper", options.named(offered, shoppers.labels(offered, bench)), option),
        )  # fmt: skip
    chosen = shoppers.resolve(option, bench)
    assert chosen is not None
    return chosen


def method(bench: Bench) -> None:
    """The re-ranking method, of those that this shop's data allow; a link may name another one."""
    if state.view().method not in bench.methods:
        state.put(method=bench.methods[0])
    st.selectbox(t("control.method"), help=t("control.method_help"), **options.setting("method", method_labels(bench)))


def method_labels(bench: Bench) -> dict[str, str]:
    """Name and aim of each method."""
    return {name: f"{t('method.' + name)} · {t('method_aim.' + name)}" for name in bench.methods}


def likeness(bench: Bench) -> None:
    """The sources of similarity: vectors, facets and price, with weights that sum to 100 %."""
    shares = similarity_weights.known(state.view().weights, bench.sources)
    names = {source: source_name(source) for source in bench.sources}
    mix = " · ".join(f"{plain(names[source])} {share}%" for source, share in shares.items() if share)
    st.markdown(f":small[{t('control.likeness')}]", help=t("control.likeness_help"))
    with st.popover(mix, width="stretch", key="likeness"):
        if len(bench.similarities) > 1:
            _choice("similarity", bench.similarities)
        for source, share in shares.items():
            _share(source, share, plain(names[source]), shares)
        st.markdown(f":gray[:small[{t('control.likeness_sum')}]]")


def _share(source: str, share: int, name: str, shares: dict[str, int]) -> None:
    key = f"weight_{source}"

    def keep() -> None:
        state.put(weights=similarity_weights.shift_share(shares, source, st.session_state[key]))

    if st.session_state.get(key) != share:  # another slider, or a link, moved it
        st.session_state[key] = share
    st.slider(name, 0, 100, format="%d%%", key=key, on_change=keep)


def source_name(source: str) -> str:
    """The words for one source of similarity."""
    return t(f"similarity.{state.view().similarity}") if source == EMBEDDING else shoppers.column_name(source)


def lists(bench: Bench) -> None:
    """All settings of lists, for pages about the lists of all shoppers."""
    surface()
    method(bench)
    weights()
    list_settings(bench)


def list_settings(bench: Bench) -> None:
    """The further settings of lists: similarity, length, pool and score normalisation."""
    likeness(bench)
    st.slider(t("control.k"), state.SMALLEST_K, state.LARGEST_K, help=t("control.k_help"), **state.widget("k"))
    st.select_slider(t("control.pool"), state.pools(), help=t("control.pool_help"), **state.widget("pool"))
    st.selectbox(
        t("control.normalize"), help=t("control.normalize_help"),
        **options.setting("normalize", _words("normalize", state.SCALES)),
    )  # fmt: skip


def diversity(setting: str = "diversity", label: str | None = None) -> None:
    """The λ slider."""
    st.slider(
        label or t("control.diversity"), 0.0, 1.0, step=0.05, format="λ %.2f", help=t("control.diversity_help"),
        **state.widget(setting),
    )  # fmt: skip


def spread(setting: str = "spread", label: str | None = None) -> None:
    """The σ slider; raw scores have no scale for prices, so it is off with them."""
    raw = state.view().normalize == "none"
    st.slider(
        label or t("control.spread"), 0.0, 1.0, step=0.05, format="σ %.2f", disabled=raw,
        help=t("control.spread_raw" if raw else "control.spread_help"), **state.widget(setting),
    )  # fmt: skip


def weights() -> None:
    """The sliders of λ and σ."""
    diversity()
    spread()


def weights_with_ends() -> None:
    """The sliders of λ and σ, each with both ends named and explained beside it."""
    _with_ends(diversity, *DIVERSITY_ENDS)
    _with_ends(spread, *SPREAD_ENDS)


def weights_over_ends(diversity_setting: str, spread_setting: str, labels: tuple[str, str]) -> None:
    """The sliders of λ and σ of one list of several, in a narrow column: both ends are named below each."""
    diversity(diversity_setting, labels[0])
    _ends(*DIVERSITY_ENDS)
    spread(spread_setting, labels[1])
    _ends(*SPREAD_ENDS)


def _ends(*ends: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        for end in ends:
            st.markdown(f":gray[:small[{t(f'tune.{end}')}]]", width="content")


def _with_ends(slider: Callable[..., None], low: str, high: str) -> None:
    left, middle, right = st.columns([1.4, 6, 1.4], vertical_alignment="center")
    left.markdown(f"**{t(f'tune.{low}')}**  \n:gray[:small[{t(f'tune.{low}_note')}]]", text_alignment="right")
    with middle:
        slider()
    right.markdown(f"**{t(f'tune.{high}')}**  \n:gray[:small[{t(f'tune.{high}_note')}]]")


def _choice(setting: str, offered: tuple[str, ...]) -> None:
    choice(setting, offered, t(f"control.{setting}"), t(f"control.{setting}_help"), setting)


def choice(setting: str, offered: tuple[str, ...], label: str, help_: str, words: str) -> None:
    """One of a few options side by side; their names are the words `words.OPTION`."""
    if getattr(state.view(), setting) not in offered:  # a link may name what this shop lacks
        state.put(**{setting: offered[0]})
    st.segmented_control(
        label, required=True, help=help_, width="stretch", wrap=False,
        **options.setting(setting, _words(words, offered)),
    )  # fmt: skip


def _words(group: str, offered: Sequence[str]) -> dict[str, str]:
    return {option: t(f"{group}.{option}") for option in offered}

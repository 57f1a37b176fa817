"""What the user has set, kept for the session and in the URL, so that every view is a link.

The URL carries stable names (`surface=new`), not labels, so a link opens the same view in every language. Values at
their default are left out of it; a value that is not allowed is ignored.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import streamlit as st

from engine.strategy.strategy import DEFAULT, Against, Strategy
from ui.state import exceptions_text, rule_text, setting_text, similarity_weights
from ui.state.floor_text import floor_text, read_floor
from ui.text.words import LANGUAGES

if TYPE_CHECKING:
    from engine.bench.bench import Bench

MAP_LISTS = ("both", "before", "now", "neither")
POOLS = (20, 50, 100, 200, 500)
KEPT = ("lang", "shop")  # what a fresh view of the shop keeps
SMALLEST_K, LARGEST_K = 2, 30  # one product alone has no variety


def _options(field: str) -> tuple[str, ...]:
    return get_args(Strategy.model_fields[field].annotation)


METHODS, SIMILARITIES, SURFACES, SCALES = map(_options, ("method", "similarity", "surface", "normalize"))


@dataclass(frozen=True)
class Setting:
    """One thing a user can set: its default and how a URL's text becomes a value (ValueError if not allowed)."""

    default: Any
    read: Callable[[str], Any]


def _floor(text: str) -> str:
    return floor_text(read_floor(text))


SETTINGS: dict[str, Setting] = {
    "lang": Setting("en", setting_text.one_of(*LANGUAGES)),
    "data": Setting("shop", setting_text.one_of("shop", "shops", "add")),  # the part of the Data page
    "shop": Setting("", str),  # "" = $EVENSHELF_SHOP or the sample; else a prepared shop of this home
    "surface": Setting(DEFAULT.surface, setting_text.one_of(*SURFACES)),
    "shopper": Setting("", str),  # "" = one typical shopper; "all", "column=value", or a shopper id
    "diversity": Setting(DEFAULT.diversity, setting_text.weight),
    "method": Setting(DEFAULT.method, setting_text.one_of(*METHODS)),
    "similarity": Setting(DEFAULT.similarity, setting_text.one_of(*SIMILARITIES)),
    "weights": Setting(similarity_weights.DEFAULT, lambda text: similarity_weights.text(similarity_weights.read(text))),
    "k": Setting(DEFAULT.k, setting_text.one_of(*range(SMALLEST_K, LARGEST_K + 1))),
    "pool": Setting(DEFAULT.pool, setting_text.one_of(*POOLS)),
    "normalize": Setting(DEFAULT.normalize, setting_text.one_of(*SCALES)),
    "rules": Setting("", rule_text.canonical),  # what every list keeps to; see `rule_text`
    "floor": Setting("", _floor),  # "ndcg:0.99:plain": what lists must keep, and of which ranking
    "target": Setting("", setting_text.target),  # "facet_entropy:category:3.2": the figure that a λ is looked for
    "overrides": Setting("", lambda text: exceptions_text.overrides_text(exceptions_text.read_overrides(text))),
    "exposure": Setting("", lambda text: exceptions_text.exposure_text(exceptions_text.read_exposure(text))),
    "from_method": Setting(DEFAULT.method, setting_text.one_of(*METHODS)),  # Compare: the list on the left
    "from_diversity": Setting(0.0, setting_text.weight),
    "third": Setting("", setting_text.one_of("", *METHODS)),  # Compare: an optional third list's method
    "third_diversity": Setting(0.6, setting_text.weight),
    "map_by": Setting("text", setting_text.one_of(*SIMILARITIES)),  # Map: what nearness means
    "map_colour": Setting("exposure", str),  # Map: an option of `map_classes`, or a facet
    "map_parts": Setting("cluster", str),  # Map: what the table of regions counts, "cluster" or a facet
    "map_lists": Setting("both", setting_text.one_of(*MAP_LISTS)),  # Map: the shopper's lists that are outlined
    "find": Setting("", str),  # Map: words to search for
    "why": Setting("", str),  # Tune, Compare: the id of the product that is explained; "" = the first of the list
    "story": Setting("", setting_text.step),  # "alike.2": the step of a story that is being presented
    "strategy": Setting("", str),  # Strategies: the name of the one in view; "" = the one that is live, or the first
    "version": Setting(0, setting_text.version),  # Strategies: its version in view; 0 = the newest
    "fair_by": Setting("", str),  # Fairness: ways of telling shoppers and products apart, by commas; "" = the usual
    "fair_figures": Setting("", str),  # its figures of shoppers, by commas; "" = the usual
    "fair_before": Setting("relevance", str),  # what lists are compared with: "relevance", "ruled", "use", "2:NAME"
    "fair_now": Setting("use", str),  # lists in question: "use", the settings in view, or version 2 of NAME, "2:NAME"
    "trade_aims": Setting("", str),  # Trade-offs: aims, by commas; "" = the usual
    "trade_methods": Setting("", str),  # its methods, by commas; "" = the one in view
    "trade_floors": Setting("1", setting_text.one_of("", "1")),  # whether exposure floors are tried
    "trade_point": Setting("", str),  # the point that is looked at, by its number; "" = the suggested one
    "baseline": Setting("plain", setting_text.one_of(*get_args(Against))),  # Homogenization: what λ 0 means
    "same": Setting(
        "half", setting_text.one_of("half", "most", "nearly_all")
    ),  # Homogenization: what counts as the same page
}


def get(name: str) -> Any:
    """The present value of a setting."""
    return st.session_state.get(f"set_{name}", SETTINGS[name].default)


def listed(name: str) -> list[str]:
    """A setting of several names with commas, each once."""
    return list(dict.fromkeys(setting_text.unescaped(part) for part in get(name).split(",") if part))


def put(name: str, value: Any) -> None:
    """Change a setting."""
    st.session_state[f"set_{name}"] = value


def widget(name: str, value: Any = None, key: str | None = None) -> dict[str, Any]:
    """Arguments that tie a widget to a setting: its key, and a callback that keeps what the user chose.

    value: what it shows, if not the setting's value. key: if not the setting's name (see `options`).
    """
    key = tied(key or name, get(name) if value is None else value, anew=True)
    return {"key": key, "on_change": lambda: _keep(name, st.session_state[key])}


def _keep(name: str, value: Any) -> None:
    """Keep what the user chose, if a link may hold it too; an emptied field is at its default."""
    setting = SETTINGS[name]
    with suppress(ValueError):
        put(name, setting.default if value is None else setting.read(_text(value)))


def tied(key: str, value: Any, anew: bool = False) -> str:
    """A widget's key, when the widget is to show a value that a link, or something else on the page, may have set.

    The widget's state is set only where it shows another value: setting it on every run would undo what the user does
    while a run is on its way. anew: also on a new page.
    """
    new_page = anew and st.session_state.get("_new_page")
    if new_page or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def seeded(key: str, wanted: Any) -> str:
    """A key of a form's field, which shows what is declared where the page is new or a link declared something else;
    else what the user is choosing."""
    if st.session_state.get("_new_page") or st.session_state.get(f"_seed_{key}") != wanted:
        st.session_state[key] = wanted
    st.session_state[f"_seed_{key}"] = wanted
    return key


def unseeded(key: str) -> None:
    """What was chosen may be put right on the next run."""
    st.session_state.pop(f"_seed_{key}", None)


def reset() -> None:
    """Every setting at its default, in the same language and shop."""
    for name, setting in SETTINGS.items():
        if name not in KEPT:
            put(name, setting.default)


def arrive(page: str) -> None:
    """Remember the page that is run, and whether the user just came to it: its widgets are new then."""
    st.session_state["_new_page"] = st.session_state.get("_page") != page
    st.session_state["_page"] = page


def read_url() -> None:
    """Take over settings from the URL when it is not the one we wrote last: a link was opened, or Back pressed."""
    url = dict(st.query_params)
    written = st.session_state.get("_url")
    if url == written or (written is not None and not url):  # the sidebar's links carry no settings: keep ours
        return
    for name, setting in SETTINGS.items():
        try:
            put(name, setting.read(url[name]))
        except (KeyError, ValueError):
            put(name, setting.default)


def write_url() -> None:
    """Put every setting that is not at its default into the URL."""
    url = link()
    moved = url != st.session_state.get("_url", url)  # a link to the page in view does not change the browser's address
    if url != dict(st.query_params) or moved:
        st.query_params.from_dict(url)
    st.session_state["_url"] = url
    st.session_state["_new_page"] = False


def link(**changes: Any) -> dict[str, str]:
    """Query parameters of the present view, with some settings changed."""
    return _query({name: get(name) for name in SETTINGS}, changes)


def fresh_link(**settings: Any) -> dict[str, str]:
    """Query parameters of a view of this shop with these settings, and every other one at its default."""
    kept = {name: get(name) for name in KEPT}
    return _query({name: setting.default for name, setting in SETTINGS.items()} | kept, settings)


def _query(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, str]:
    return {
        name: _text(value)
        for name, value in (values | changes).items()
        if value != SETTINGS[name].default or name in changes  # a link that changes a setting always says so
    }


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def pools() -> tuple[int, ...]:
    """The pools that can be chosen: those that hold at least one list."""
    large = tuple(pool for pool in POOLS if pool >= get("k"))
    if get("pool") not in large:
        put("pool", large[0])
    return large


def fit(bench: "Bench") -> None:
    """Take settings that this shop's data do not allow to ones that they do; remember whom its lists are for."""
    context = bench.context.name
    if st.session_state.get("_context", context) != context:
        put("shopper", "")  # a shopper is no product
    st.session_state["_context"] = context
    for name, allowed in (
        ("surface", bench.surfaces), ("similarity", bench.similarities), ("method", bench.methods),
        ("from_method", bench.methods), ("third", ("", *bench.methods)), ("map_by", bench.similarities),
    ):  # fmt: skip
        if get(name) not in allowed:
            put(name, allowed[0])
    put(
        "weights",
        similarity_weights.text(similarity_weights.known(similarity_weights.read(get("weights")), bench.sources)),
    )
    if bench.future is None:
        put("floor", "")  # no later purchases can judge what is kept
    if not bench.context.has_history:
        put("exposure", "")  # it is due by purchases

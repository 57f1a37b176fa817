"""The question of the Trade-offs page: the aims, and the methods and floors to try. Declared, then evaluated."""

from dataclasses import dataclass

import streamlit as st

from engine.bench.bench import Bench
from engine.evaluation.pareto import grid
from engine.evaluation.relevance_kept import plain_ranking, ruled_ranking
from engine.strategy.strategy import Exposure, Strategy
from ui import state
from ui.state import options
from ui.strategy_editor import in_use
from ui.text.words import t
from ui.trade_offs.aims import GAP, Aim, maker_facet, offered

FEWEST, MOST = 2, 4  # aims
LEVELS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)
STRENGTHS = (0.0, 0.5, 1.0)
PART = 0.5  # of their due, that the floor gives the worst off at full strength
FIELDS = ("aims", "methods", "floors")


@dataclass(frozen=True)
class DeclaredFront:
    """The aims in order; the strategies to judge: those in use first, relevance alone second, then the rules at λ 0."""

    aims: tuple[Aim, ...]
    strategies: tuple[Strategy, ...]


def ask(bench: Bench) -> DeclaredFront | None:
    """The form, and the question as it was last declared; None where this shop allows fewer than two aims.

    Raises InputError for settings in use that this shop cannot keep.
    """
    now = in_use.in_use(bench)
    known = offered(bench, now.surface)
    if len(known) < FEWEST:
        return None
    aims = [key for key in state.view().trade_aims if key in known][:MOST]
    aims = aims if len(aims) >= FEWEST else _usual(known)
    methods = [name for name in state.view().trade_methods if name in bench.methods] or [now.method]
    can = _can_floor(bench, now)
    floors = state.view().trade_floors and can
    _form(bench, known, {"aims": aims, "methods": methods, "floors": floors}, can)
    return DeclaredFront(tuple(known[key] for key in aims), _strategies(bench, now, methods, floors))


def _usual(known: dict[str, Aim]) -> list[str]:
    """The default aims: relevance, variety, makers and one gap, as far as the shop allows them."""
    gap = next((key for key in known if key.startswith(GAP)), "")
    usual = [key for key in ("relevance", "variety", "makers", gap) if key in known]
    return usual if len(usual) >= FEWEST else list(known)[:MOST]


def _can_floor(bench: Bench, now: Strategy) -> bool:
    return maker_facet(bench) is not None and now.normalize != "none"


def _strategies(bench: Bench, now: Strategy, methods: list[str], floors: bool) -> tuple[Strategy, ...]:
    plain = now.list_by_list.at(floor=None, overrides=None)
    floor = Exposure(facet=str(maker_facet(bench)), floor=PART) if floors else None
    tried = grid(plain, methods, LEVELS, floor, STRENGTHS)
    if now.spread:  # beside strategies without spread alone, those in use would seem to have no others like them
        tried += grid(plain.at(spread=now.spread), methods, LEVELS, None, ())
    return tuple(dict.fromkeys([now.at(floor=None), plain_ranking(now), ruled_ranking(now), *tried]))


def _form(bench: Bench, known: dict[str, Aim], chosen: dict[str, object], can: bool) -> None:
    labels = {key: aim.label for key, aim in known.items()}
    names = {name: t(f"method.{name}") for name in bench.methods}
    with st.form("trade_form"):
        left, right = st.columns([1.5, 1])
        left.multiselect(
            t("trade_offs.ask_aims"), help=t("trade_offs.ask_aims_help"), max_selections=MOST, wrap=True,
            **options.seeded("trade_ask_aims", labels, chosen["aims"]),
        )  # fmt: skip
        right.multiselect(
            t("trade_offs.ask_methods"), help=t("trade_offs.ask_methods_help"), wrap=True,
            **options.seeded("trade_ask_methods", names, chosen["methods"]),
        )  # fmt: skip
        wide, narrow = st.columns([2.5, 1], vertical_alignment="bottom")
        wide.toggle(
            t("trade_offs.ask_floors"), help=t("trade_offs.ask_floors_help"), disabled=not can,
            key=state.seeded("trade_ask_floors", chosen["floors"]),
        )  # fmt: skip
        narrow.form_submit_button(
            t("trade_offs.ask"), key="trade_ask", type="primary", icon=":material/ssid_chart:", width="stretch",
            on_click=_keep,
        )  # fmt: skip


def _keep() -> None:
    for name in FIELDS:
        key = options.key_of(f"trade_ask_{name}")
        value = st.session_state[key]
        state.put(**{f"trade_{name}": value})
        state.unseeded(key)
    state.put_default("trade_point")

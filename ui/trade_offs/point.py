"""One point of the front: its changes from the settings in use and from relevance alone, and what dominates it."""

import streamlit as st

from engine.bench.bench import Bench
from engine.evaluation.pareto import ParetoPoint
from engine.strategy.strategy import Strategy
from engine.words.numbers import MINUS, sign, signed
from ui.shell import page
from ui.strategy_editor import save_dialog, strategy_link
from ui.text.weights import weights
from ui.text.words import enumerated, joined, labelled, plain, t
from ui.trade_offs.aims import Aim
from ui.trade_offs.work import Front

STEADY = 0.8  # of half-samples: a point that stays on the front as often is steady


def label(strategy: Strategy) -> str:
    """A strategy in a few words: method, λ, its rules, whether it has exceptions, and what the worst-off makers get."""
    words = f"{t(f'method.{strategy.method}')} · λ {weights(strategy)}"
    if strategy.all_entries:
        words += f" · {t('rules.badge', n=len(strategy.all_entries))}"
    if strategy.overrides:
        words += f" · {t('some.badge')}"
    exposure = strategy.exposure
    if exposure is None:
        return words
    share = exposure.strength * exposure.floor if isinstance(exposure.floor, float) else exposure.strength
    return f"{words} · {t('trade_offs.makers_get', part=f'{100 * share:.0f}')}"


def show(bench: Bench, front: Front, aims: tuple[Aim, ...], chosen: int) -> None:
    """The card of the chosen point."""
    point = front.points[chosen]
    with page.card(plain(label(point.strategy)), _standing(point, front), key="trade_point_card"):
        for aim in aims:
            st.markdown(_figure(aim, point, front))
        _beaten(point, front)
        with st.container(horizontal=True, vertical_alignment="center"):
            save_dialog.button(bench, point.strategy)
            st.page_link(
                "pages/tune.py", label=t("trade_offs.on_tune"), icon=":material/tune:", width="content",
                query_params=strategy_link.link_of(point.strategy),
            )  # fmt: skip
        lost = strategy_link.lost(point.strategy)
        if lost:
            names = enumerated(t(f"strategies.field.{name}") for name in lost)
            st.markdown(f":gray[:small[{t('strategies.lost', fields=names)}]]")


def _standing(point: ParetoPoint, front: Front) -> str:
    stays = f"{100 * point.stays:.0f}"
    named = {"now_is": front.now, "plain_is": front.plain, "ruled_is": front.ruled}
    where = next((name for name, other in named.items() if other is point), "")
    words = t("trade_offs.on_front" if point.front else "trade_offs.off_front", stays=stays)
    return joined(t(f"trade_offs.{where}") if where else "", words)


def _figure(aim: Aim, point: ParetoPoint, front: Front) -> str:
    ends = aim.interval(point.low[aim.key], point.high[aim.key])
    value = f"{aim.number(point.figures[aim.key])} :gray[:small[({ends})]]"
    head = labelled(f"**{plain(aim.label)}**", value)
    lines = [head]
    others = {"against_now": front.now, "against_plain": front.plain, "against_ruled": front.ruled}
    if front.ruled is front.plain:
        del others["against_ruled"]
    lines += [_price(aim, point, other, key) for key, other in others.items() if other is not point]
    return "  \n".join([*lines, f":gray[:small[{plain(aim.means)}]]"])


def _price(aim: Aim, point: ParetoPoint, other: ParetoPoint, key: str) -> str:
    """The change against another point, with its interval, and in words whether it is sure."""
    change, low, high = point.price(other)[aim.key]
    scale, digits, _ = aim.form
    lowest, highest = (abs(scale) * end for end in (low, high))
    sure = sign(change * abs(scale), lowest, highest, digits) != "none"
    colour = "gray" if not sure else "green" if change > 0 else "orange"
    share = ""
    base = other.figures[aim.key]
    if sure and base and aim.form[0] > 0 and aim.form[2] != "%":
        share = f" ({signed(100 * change / base, 1, MINUS)}%)"
    words = f":{colour}[{aim.number(change, change=True)}{share}] :gray[({aim.interval(low, high, change=True)})]"
    return f":small[{t(f'trade_offs.{key}', change=words)}]"


def _beaten(point: ParetoPoint, front: Front) -> None:
    if point.front:
        if point.stays < STEADY:
            st.markdown(f":gray[:small[{t('trade_offs.unsteady')}]]")
        return
    by = front.points[point.beaten_by]
    words = t("trade_offs.beaten", by=plain(label(by.strategy)), sure=f"{100 * point.sure:.0f}")
    st.markdown(f":orange[:material/trending_down: {words}]")

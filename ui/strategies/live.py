"""The live strategy of each surface, and who made it live."""

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from engine.strategies import Version
from engine.strategy.strategy import Strategy
from ui import state
from ui.background.strategy_store import StrategySnapshot
from ui.shell import page
from ui.strategy_editor import strategy_words
from ui.text.rule_words import rule_words
from ui.text.times import local
from ui.text.weights import weights
from ui.text.words import clauses, labelled, plain, t

RULES = 3  # told on a card; the others are counted


def cards(bench: Bench, snapshot: StrategySnapshot) -> None:
    """One card for each surface."""
    for surface, column in zip(bench.surfaces, page.split("live", [1] * len(bench.surfaces)), strict=True):
        with column, st.container(border=True, height="stretch", key=f"live_{surface}"):
            st.markdown(f":gray[{t('strategies.live_on', surface=t(f'surface.{surface}'))}]")
            version = snapshot.live.get(surface)
            if version is None:
                st.markdown(f"**{t('strategies.nothing_live')}**  \n:gray[:small[{t('strategies.nothing_live_note')}]]")
            else:
                _card(bench, snapshot, version)
            for coming in snapshot.waiting(surface)[:1]:
                words = t("strategies.next", what=strategy_words.titled(coming))
                st.markdown(f":orange[:material/schedule:] :small[{words} {strategy_words.during(coming.window)}]")


def _card(bench: Bench, snapshot: StrategySnapshot, version: Version) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{strategy_words.titled(version)}**", width="stretch")
        st.button(
            t("strategies.look"), key=f"look_live_{version.surface}", type="tertiary", on_click=look, args=(version,),
            icon=":material/arrow_downward:",
        )  # fmt: skip
    strategy = readable(version)
    if strategy is None:
        st.markdown(f":orange[:material/warning: {t('strategies.unreadable')}]")
    else:
        _summary(bench, strategy)
    st.markdown("  \n".join(f":gray[:small[{words}]]" for words in _decided(snapshot, version)))


def _summary(bench: Bench, strategy: Strategy) -> None:
    st.badge(
        f"λ {weights(strategy)} · {t('method.' + strategy.method)}", icon=":material/tune:", color="green"
    )  # fmt: skip
    lines = [labelled(t("strategies.field.floor"), strategy_words.floor(strategy.floor))] if strategy.floor else []
    entries = strategy.all_entries
    lines += [rule_words(entry, bench) for entry in entries[:RULES]]
    if len(entries) > RULES:
        lines.append(t("strategies.more_rules", n=len(entries) - RULES))
    if not entries:
        lines.append(t("strategies.no_rules"))
    if strategy.overrides:
        words = clauses(strategy_words.overrides(strategy, bench).split("\n"))
        lines.append(labelled(t("strategies.field.overrides"), words))
    if strategy.exposure:
        lines.append(labelled(t("strategies.field.exposure"), strategy_words.exposure(strategy.exposure)))
    st.markdown("\n".join(f"- :small[{plain(words)}]" for words in lines))


def _decided(snapshot: StrategySnapshot, version: Version) -> list[str]:
    lines = []
    approved, live = snapshot.step(version, "approved"), snapshot.step(version, "live")
    if approved:
        lines.append(t("strategies.approved_by", author=plain(approved.author), at=local(approved.at)))
    if live:
        lines.append(t("strategies.live_by", author=plain(live.author), at=local(live.at)))
    if version.window.scheduled:
        lines.append(t("strategies.scheduled", during=strategy_words.during(version.window)))
    return lines


def readable(version: Version) -> Strategy | None:
    """The strategy of a version, or None where it was damaged or has fields that are not known here."""
    try:
        return version.strategy
    except InputError:
        return None


def look(version: Version, newest: bool = False) -> None:
    """Show a version. newest: follow the newest version of its name, also after it is saved again."""
    state.put(strategy=version.name, version=0 if newest else version.number)

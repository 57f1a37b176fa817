"""The findings of the homogenization page as sentences."""

import math

import streamlit as st

from engine.data.labels import SMALLEST_GROUP
from engine.diagnosis.homogenization import LEAST, Homogenization
from engine.diagnosis.verdicts import Judgement, verdicts
from engine.metrics import Estimate
from engine.strategy.strategy import Against, Strategy
from ui.shell import page
from ui.text import figures
from ui.text.shoppers import column_name
from ui.text.weights import weights
from ui.text.words import plain, t

FIGURES = ("shared_products", "coverage", "tail_share", "occupancy", "shelf_hhi")


def verdict(result: Homogenization, strategy: Strategy, baseline: Against) -> None:
    """One sentence with intervals for each finding. Compared with relevance alone, it mentions the rules as well."""
    judgements = [
        v for v in verdicts(result) if v.key.partition(":")[0] in FIGURES and _main(v.key, result) and _known(v)
    ]
    with page.card(t("homogenization.verdict")):
        if result.reason is not None:
            words = "reason_too_few" if result.reason == "too_few" else "nothing_bought"
            st.markdown(f":gray[{t(f'homogenization.{words}', fewest=SMALLEST_GROUP, least=LEAST)}]")
        for entry in judgements:
            st.markdown(_sentence(entry, result, strategy, baseline))


def _known(entry: Judgement) -> bool:
    """Whether there is a figure on both sides: too few lists may hold a product whose value is known."""
    return all(math.isfinite(x) for side in (entry.now, entry.other) for x in (side.value, side.low, side.high))


def _main(key: str, result: Homogenization) -> bool:
    """Whether a finding is about all products or about the main facet of the shop."""
    return key.partition(":")[2] in ("", next(iter(result.parts), ""))


def _sentence(entry: Judgement, result: Homogenization, strategy: Strategy, baseline: Against) -> str:
    name, _, facet = entry.key.partition(":")
    now, other = (_printed(entry.key, estimate) for estimate in (entry.now, entry.other))
    icon, tone = {
        "more": (":orange[:material/join_inner:]", "orange"),
        "less": (":green[:material/call_split:]", "green"),
        "unclear": (":gray[:material/remove:]", "gray"),
    }[entry.alike]
    filled = (result.compared["now"].items >= 0).sum(axis=1).mean()  # lists cut like for like are shorter than k
    values = {
        "k": f"{filled:.1f}".removesuffix(".0"),
        "facet": plain(column_name(facet).lower()),
        "diversity": weights(strategy),
    }
    together = entry.than == "before" and baseline == "plain" and bool(strategy.all_entries)
    sentence = t(
        f"homogenization.than_{entry.than}.{name}{'_ruled' if together else ''}", now=now[0], other=other[0], **values
    )
    sure = t("homogenization.interval", now=now[1], other=other[1])
    return f"{icon} :{tone}[**{t(f'homogenization.{entry.alike}')}**] {sentence} :gray[:small[{sure}]]"


def _printed(key: str, estimate: Estimate) -> tuple[str, str]:
    """A figure and its interval as a sentence writes them. A concentration becomes an effective number."""
    if key.startswith("shelf_hhi"):
        # with few lists, the interval of a share may reach 0
        highest = f"{1 / estimate.low:.0f}" if estimate.low > 0 else "∞"
        return f"{1 / estimate.value:.0f}", f"{1 / estimate.high:.0f}–{highest}"
    interval = f"{figures.text(key, estimate.low)}–{figures.with_unit(key, estimate.high)}"
    return figures.with_unit(key, estimate.value), interval

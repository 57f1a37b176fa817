"""What the figures of homogenization say, plainly."""

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
from ui.text.words import plain, t

FIGURES = ("shared_products", "coverage", "tail_share", "occupancy", "shelf_hhi")


def verdict(found: Homogenization, strategy: Strategy, baseline: Against) -> None:
    """What the figures say, plainly, each sentence with its intervals; beside relevance alone, rules count as well."""
    told = [v for v in verdicts(found) if v.key.partition(":")[0] in FIGURES and _main(v.key, found) and _known(v)]
    with page.card(t("homogenization.verdict")):
        if found.reason is not None:
            words = "reason_too_few" if found.reason == "too_few" else "nothing_bought"
            st.markdown(f":gray[{t(f'homogenization.{words}', fewest=SMALLEST_GROUP, least=LEAST)}]")
        for entry in told:
            st.markdown(_sentence(entry, found, strategy, baseline))


def _known(entry: Judgement) -> bool:
    """Whether there is a figure on both sides: too few lists may hold a product whose value is known."""
    return all(math.isfinite(x) for part in (entry.now, entry.other) for x in (part.value, part.low, part.high))


def _main(key: str, found: Homogenization) -> bool:
    """Whether a verdict is on all products, or on the parts that the shop is told in."""
    return key.partition(":")[2] in ("", next(iter(found.parts), ""))


def _sentence(entry: Judgement, found: Homogenization, strategy: Strategy, baseline: Against) -> str:
    name, _, facet = entry.key.partition(":")
    now, other = (_printed(entry.key, part) for part in (entry.now, entry.other))
    icon, tone = {
        "more": (":orange[:material/join_inner:]", "orange"),
        "less": (":green[:material/call_split:]", "green"),
        "unclear": (":gray[:material/remove:]", "gray"),
    }[entry.alike]
    filled = (found.compared["now"].items >= 0).sum(axis=1).mean()  # lists cut like for like are shorter than k
    values = {
        "k": f"{filled:.1f}".removesuffix(".0"),
        "facet": plain(column_name(facet).lower()),
        "diversity": f"{strategy.diversity:.2f}",
    }
    together = entry.than == "before" and baseline == "plain" and bool(strategy.all_entries)
    said = t(
        f"homogenization.than_{entry.than}.{name}{'_ruled' if together else ''}", now=now[0], other=other[0], **values
    )
    sure = t("homogenization.interval", now=now[1], other=other[1])
    return f"{icon} :{tone}[**{t(f'homogenization.{entry.alike}')}**] {said} :gray[:small[{sure}]]"


def _printed(key: str, part: Estimate) -> tuple[str, str]:
    """A figure as a sentence says it, and its interval; a concentration as the number of equal parts it is like."""
    if key.startswith("shelf_hhi"):
        most = f"{1 / part.low:.0f}" if part.low > 0 else "∞"  # few lists: the interval of a share may reach 0
        return f"{1 / part.value:.0f}", f"{1 / part.high:.0f}–{most}"
    return figures.with_unit(key, part.value), f"{figures.text(key, part.low)}–{figures.with_unit(key, part.high)}"

"""Which values of the broadest facet get the attention, before and now."""

from engine.bench.bench import Bench
from engine.bench.measures import exposures
from engine.evaluation.curve import Curve
from engine.strategy.strategy import Strategy
from ui import charts, state
from ui.shell import page
from ui.text import products
from ui.text.shoppers import column_name
from ui.text.words import plain, t

MOST = 5  # facet values in the chart


def attention(bench: Bench, curve: Curve, strategy: Strategy) -> None:
    """The card with the chart; nothing where the shop has no broad facet, or none of its products has a value."""
    evidence = bench.evidence(page.scope())
    facet = evidence.broad_facet
    if facet is None:
        return
    now, before = (exposures(curve.items[at], evidence)[facet] for at in (curve.at(strategy.diversity), 0))
    largest = sorted(now, key=lambda value: -max(now[value], before[value]))[:MOST]
    if not any(before[value] or now[value] for value in largest):
        return
    largest.sort(key=lambda value: -abs(now[value] - before[value]))
    rows = [_row(bench, value, 100 * before[value], 100 * now[value]) for value in largest]
    title = t("overview.attention", facet=plain(column_name(facet).lower()))
    note = t("overview.attention_note", surface=t(f"surface.{state.view().surface}"))
    with page.card(title, page.dots(note, t("chart.before"), t("chart.now"))):
        charts.show(charts.dumbbells(rows, suffix="%"), "attention", title)


def _row(bench: Bench, value: str, before: float, now: float) -> tuple[str, float, float, str]:
    return products.of_data(bench, value), before, now, f"{before:.1f} → <b>{now:.1f}</b>"

"""Overview: how alike are our lists today, and what should I do next?"""

from collections.abc import Mapping

import streamlit as st

from engine.bench.bench import Bench
from engine.bench.measures import exposures
from engine.data import Dataset
from engine.evaluation.curve import Curve
from engine.explain.advice import Advice, advice
from engine.metrics import Estimate
from engine.strategy.strategy import Strategy
from ui import charts, state
from ui.background import preparation, results
from ui.component import cards
from ui.shell import navigation, page, preparation_panel
from ui.strategy_editor import in_use, recommended
from ui.text import figures, kept_words, products
from ui.text.shoppers import EVERYONE, column_name, resolve
from ui.text.words import plain, t
from ui.widgets import controls, downloads, history_cards, tables

INDICATORS = ("coverage", "shared_products", "look_alike_pairs", "top_share", "gini")
AGAINST = ("facet_narrowing", "history_similarity", "repeat_share", "novelty")
SHOWN = 5  # facet values in the chart


def shop(data: Dataset) -> None:
    """The shop in numbers."""
    log = data.interactions
    numbers = [("products", data.n_items)]
    if len(log):
        numbers += [("shoppers", data.n_users), ("interactions", len(log))]
    if "basket_id" in log:
        numbers.insert(2, ("baskets", log["basket_id"].nunique()))
    for column in ("provider", "department", "category"):
        if column in data.items:
            numbers.append((column, data.items[column].nunique()))
    if not len(log):
        numbers += [(name, data.items[name].nunique()) for name in ("brand", "colour") if name in data.items]
    with st.container(border=True):
        entries = [
            {"key": name, "label": t(f"overview.number.{name}"), "blocks": [{"value": f"{count:,}"}]}
            for name, count in numbers[:6]
        ]
        cards("shop", entries, least=120, plain=True)


def sameness(bench: Bench, curves: dict[str, Curve], used: Mapping[str, Strategy]) -> None:
    """The five indicators, repeat lists and discovery lists side by side."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    left.subheader(t("overview.same"), anchor=False)
    right.markdown(f":gray[:small[{t('overview.lines')}]]", text_alignment="right")
    entries = []
    for name in INDICATORS:
        blocks = []
        for surface, curve in curves.items():
            values, now = curve.values(name), curve.at(used[surface].diversity)
            blocks.append(
                figures.block(name, values[now], values[0], state.get("k"), (values, now), t(f"surface.{surface}"))
            )
        reach = len(bench.model.items)
        entries.append(
            {
                "key": name,
                "label": t(f"measure.{name}"),
                "help": t(f"measure.{name}_help"),
                "note": t(f"overview.{name}", n=f"{reach:,}", top=f"{max(round(reach / 100), 1):,}"),
                "blocks": blocks,
            }
        )
    cards("sameness", entries)
    levels = {surface: strategy.diversity for surface, strategy in used.items()}
    downloads.table(lambda: tables.indicators(curves, INDICATORS, levels), "overview")


def bubble(bench: Bench, curves: dict[str, Curve], used: Mapping[str, Strategy]) -> None:
    """Lists against their shoppers' own histories, both surfaces side by side."""
    everyone = resolve(EVERYONE, bench)
    if everyone is None or not bench.evidence("all").has_history:
        return
    found = {}
    with st.spinner(t("tune.against_reading")):
        for surface, curve in curves.items():
            lists = curve.items[[0, curve.at(used[surface].diversity)]]
            found[t(f"surface.{surface}")] = results.against_history(bench, used[surface], everyone, lists)
    page.head(t("overview.bubble"), t("overview.bubble_note"))
    cards("bubble", history_cards.entries(found, AGAINST, state.get("k")))


def attention(bench: Bench, curve: Curve, strategy: Strategy) -> None:
    """Which values of the broadest facet get the attention, before and now."""
    evidence = bench.evidence(page.scope())
    facet = evidence.broad_facet
    if facet is None:
        return
    now, before = (exposures(curve.items[at], evidence)[facet] for at in (curve.at(strategy.diversity), 0))
    order = sorted(now, key=lambda value: -max(now[value], before[value]))[:SHOWN]
    if not any(before[value] or now[value] for value in order):
        return
    order.sort(key=lambda value: -abs(now[value] - before[value]))
    rows = [
        (
            products.of_data(bench, value),
            100 * before[value],
            100 * now[value],
            f"{100 * before[value]:.1f} → <b>{100 * now[value]:.1f}</b>",
        )
        for value in order
    ]
    title = t("overview.attention", facet=plain(column_name(facet).lower()))
    note = t("overview.attention_note", surface=t(f"surface.{state.get('surface')}"))
    with page.card(title, page.dots(note, t("chart.before"), t("chart.now"))):
        charts.show(charts.dumbbells(rows, suffix="%"), "attention", title)


def next_steps(bench: Bench, curves: dict[str, Curve], used: Mapping[str, Strategy]) -> None:
    """What to do next, each with a link that shows it."""
    best = {surface: results.recommended(bench, state.strategy(surface=surface)) for surface in curves}
    with page.card(t("overview.next")):
        for number, entry in enumerate(advice(curves, used, best)):
            _step(number, entry)
        if "similar" in curves:
            _plain_step("look", "tune", ":green[:material/manage_search:]")
            _plain_step("add", "data", ":orange[:material/add_shopping_cart:]")


def _plain_step(name: str, page_name: str, icon: str) -> None:
    """A step for a shop without purchases, which has no figures to give reasons with."""
    words, link = st.columns([2.7, 1], vertical_alignment="center")
    words.markdown(f"{icon} **{t(f'lacking.{name}')}**  \n:gray[:small[{t(f'lacking.{name}_why')}]]")
    link.page_link(
        f"pages/{page_name}.py", label=t(f"{page_name}.title"), icon=":material/arrow_forward:",
        icon_position="right", query_params=state.link(),
    )  # fmt: skip


def _step(number: int, entry: Advice) -> None:
    values = _written(entry)
    icon = {
        "room_up": ":green[:material/trending_up:]",
        "too_far": ":orange[:material/priority_high:]",
        "at_the_edge": ":green[:material/check_circle:]",
        "rules_break": ":orange[:material/rule:]",
        "narrow": ":orange[:material/filter_alt:]",
    }
    kind = next(name for name in icon if entry.kind.startswith(name))
    words, link = st.columns([2.7, 1], vertical_alignment="center")
    key = f"advice.{entry.kind}"
    said, because = t(key, **values), t(f"{key}_why", **values)
    words.markdown(f"{icon[kind]} **{said}**  \n:gray[:small[{because}]]")
    link.page_link(
        f"pages/{entry.page}.py", label=t(f"{entry.page}.title"), icon=":material/arrow_forward:",
        icon_position="right", query_params=state.link(**entry.settings),
    )  # fmt: skip


def _written(entry: Advice) -> dict[str, str]:
    """The blanks of an advice's sentences; what is kept stands with its interval."""
    found = {name: f"{value:.2f}" if name == "best" else f"{100 * value:.1f}" for name, value in entry.figures.items()}
    if entry.recommended is None:
        return found
    found["surface"] = t(f"surface.{entry.settings['surface']}")
    found["goal"], found["kept"] = recommended.goal(entry.recommended), recommended.kept(entry.recommended)
    now = [entry.figures.get(f"now_{name}", float("nan")) for name in Estimate._fields]
    return found | {"now": kept_words.share(Estimate(*now))}


def _made_by(bench: Bench) -> list[tuple[str, str, str]]:
    """The badge that says which model makes the lists."""
    return [("model_training", t(f"model.{bench.card['name']}"), "gray")] if bench.kind == "shoppers" else []


@page.guarded()
def main() -> None:
    work = preparation.preparation()
    if work.bench is None:
        page.header("overview", t("overview.sentence"))
        if work.data is not None:
            shop(work.data)
        preparation_panel.progress_panel(work)
        return
    bench = work.bench
    state.fit(bench)
    with st.sidebar:
        controls.lists(bench)
    used = {surface: in_use.in_use(bench, surface=surface) for surface in bench.surfaces}
    until = bench.card["until"]
    page.header(
        "overview", t("overview.judged", until=f"{until:.10}") if until else t("overview.sentence"),
        [
            *_made_by(bench), page.whose(bench, t("overview.scored", n=f"{len(bench.users):,}"), "groups"),
            *in_use.badges(used[state.get("surface")]),
        ],
    )  # fmt: skip
    in_use.told(bench, *((t(f"surface.{surface}"), strategy) for surface, strategy in used.items()))
    page.stand_in(bench)
    page.lacking(bench)
    shop(bench.data)
    with st.spinner(t("tune.sweeping")):
        curves = {surface: results.curve(bench, strategy) for surface, strategy in used.items()}
    sameness(bench, curves, used)
    if bench.evidence(page.scope()).broad_facet is None:  # nothing stands beside it
        next_steps(bench, curves, used)
    else:
        left, right = page.split("overview", [1.35, 1])
        with left:
            attention(bench, curves[state.get("surface")], used[state.get("surface")])
        with right:
            next_steps(bench, curves, used)
    bubble(bench, curves, used)


navigation.enter("overview")
main()

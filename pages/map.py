"""Map: where do our lists live in the catalogue, and what do they never show?"""

import re
from typing import Any

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import Shown, regions, spread
from engine.slates.make import sweep_slates
from engine.words.numbers import signed
from ui import charts, state
from ui.background import results
from ui.background.map_layout import MapWork, work
from ui.component import cards
from ui.map import classes, figure, tables
from ui.shell import navigation, page
from ui.state import options
from ui.strategy_editor import in_use
from ui.text import figures, products
from ui.text.shoppers import Who, column_name
from ui.text.words import joined, t
from ui.widgets import controls, product_texts


@st.fragment
@page.guarded()
def view(bench: Bench, who: Who) -> None:
    """Everything that answers a choice on the page itself."""
    strategy = in_use.in_use(bench)
    page.header("map", t("map.sentence"), [page.whose(bench, who.label), *in_use.badges(strategy)])
    in_use.told(bench, ("", strategy))
    page.lacking(bench)
    with st.spinner(t("tune.sweeping")):
        views = results.shown(bench, strategy, who)
    _choices(bench, who)
    ground = work(bench, state.get("map_by"))
    if not len(ground.rows):
        st.info(t("map.empty"), icon=":material/info:")
        state.write_url()
        return
    left, right = page.split("map", [2.75, 1])
    with left, st.container(border=True):
        event = _map(bench, who, views, ground)
    with right:
        _legend(bench, who, views, ground)
    tables.chosen(bench, views, ground, event)
    tables.parts(bench, views, ground)
    state.write_url()


def _choices(bench: Bench, who: Who) -> None:
    with st.container(key="map_choices"):
        columns = st.columns([1.25, 1.15, 1.3, 1.2] if who.row is not None else [1.25, 1.15, 1.3])
    with columns[0]:
        controls.choice("map_by", bench.similarities, t("map.by"), t("map.by_help"), "similarity")
    with columns[1]:
        labels = {name: t(f"map.{name}") for name in (*classes.BY_USE, classes.CLUSTER)}
        labels |= {option: column_name(facet) for option, facet in classes.colour_facets(bench).items()}
        if state.get("map_colour") not in labels:
            state.put("map_colour", next(iter(labels)))
        st.selectbox(t("map.colour"), help=t("map.colour_help"), **options.setting("map_colour", labels))
    with columns[2]:
        st.text_input(t("map.find"), placeholder=t("map.find_hint"), icon=":material/search:", **state.widget("find"))
    if who.row is not None:
        with columns[3]:
            labels = {name: t(f"map.{name}") for name in state.MAP_LISTS}
            st.selectbox(t("map.lists"), help=t("map.lists_help"), **options.setting("map_lists", labels))


def _map(bench: Bench, who: Who, views: Shown, ground: MapWork) -> Any:
    texts = product_texts.told(bench, ground.rows)
    points = ground.shown.points
    entries = classes.classes(bench, state.get("map_colour"), ground.rows, views, ground.clusters)
    asked = state.get("find").strip()
    matched = product_texts.search(asked, texts) if asked else None
    prints = _footprints(bench, who, ground) if who.row is not None else []
    labels = figure.cluster_labels(ground.clusters, ground.rows, points, bench) if ground.clusters else []
    carried = np.column_stack([ground.rows, views.lists_before[ground.rows], views.lists_now[ground.rows]])
    chart = figure.figure(points, carried.astype(np.int32), texts.hover, entries, matched, prints, labels)
    title = t("map.drawn", n=f"{len(ground.rows):,}")
    left, right = st.columns([2.4, 1.2], vertical_alignment="center")
    lost = len(bench.model.items) - len(ground.rows)
    note = joined(t("map.distance"), t("map.missing", n=f"{lost:,}") if lost else "")
    left.markdown(f"**{title}**  \n:gray[:small[{note}]]")
    with right:
        _state(ground)
    if matched is not None:
        n = int(matched.sum())
        st.markdown(f":small[{t('map.found', n=n) if n else t('map.found_none')}]")
    alt = "; ".join([title, *(f"{entry.label}: {entry.count:,}" for entry in entries)])
    event = charts.show(
        chart, "map", alt, config=figure.CONFIG, on_select="rerun", selection_mode=("points", "box", "lasso")
    )
    st.markdown(f":gray[:small[{t('map.drawn_note')}]]")
    return event


def _state(ground: MapWork) -> None:
    """Which layout is drawn; while the final one is made, how far it is, redrawn every second."""
    if ground.state == "running":

        @st.fragment(run_every=1.0)
        def progress() -> None:
            if ground.state != "running":
                st.rerun()
            bar, stop = st.columns([2.6, 1], vertical_alignment="bottom")
            bar.progress(ground.share, text=f":small[{t('map.working')}]")
            stop.button(t("map.stop"), on_click=ground.cancel, key="map_stop", type="tertiary")

        progress()
        return
    if ground.state in ("cancelled", "failed"):
        st.markdown(f":small[{t(f'map.{ground.state}')}]")
        st.button(t("map.again"), on_click=ground.start, key="map_again")
        return
    few = ground.layout is not None and ground.layout.method == "pca"
    words = t("map.few" if few else "map.final")
    st.markdown(f":gray[:small[{words}]]", text_alignment="right", help=t("map.layout_help"))


def _footprints(bench: Bench, who: Who, ground: MapWork) -> list[figure.Footprint]:
    """The shopper's lists at λ = 0 and now, as far as their products are drawn."""
    wanted = {"both": (0, 1), "before": (0,), "now": (1,), "neither": ()}[state.get("map_lists")]
    found = []
    for at in wanted:
        place = _places(ground, _lists(bench, who)[at])
        items = ground.rows[place]
        titles = [products.title(bench, int(item)) for item in items]
        found.append(figure.Footprint(ground.shown.points[place], titles, now=at == 1))
    return found


def _lists(bench: Bench, who: Who) -> np.ndarray:
    strategy = in_use.in_use(bench)
    found: np.ndarray = sweep_slates(bench, strategy, [0.0, strategy.diversity], who.rows).items[:, 0]
    return found


def _places(ground: MapWork, items: np.ndarray) -> np.ndarray:
    """Where catalogue rows stand among the rows drawn; those not drawn are left out."""
    place = np.searchsorted(ground.rows, items)
    place = np.minimum(place, len(ground.rows) - 1)
    drawn: np.ndarray = place[ground.rows[place] == items]
    return drawn


def _legend(bench: Bench, who: Who, views: Shown, ground: MapWork) -> None:
    """What the colours mean, and the page's figures."""
    entries = classes.classes(bench, state.get("map_colour"), ground.rows, views, ground.clusters)
    figures_ = _one_figures(bench, who, ground) if who.row is not None else _all_figures(views, ground)
    trust = f"{100 * ground.shown.trust:.0f}" if np.isfinite(ground.shown.trust) else "–"
    figures_.append(_card("trust", trust, "" if trust == "–" else "%"))
    cards("map_cards", figures_, least=150)
    with page.card(t("map.read")):
        if who.row is not None:
            st.markdown(f":small[:gray[{t('map.read_before')}]  \n:green[{t('map.read_now')}]]")
        if state.get("map_colour") == classes.CLUSTER:
            st.markdown(f":small[{t('map.clusters_turn')}]")
        else:
            alt = "; ".join(f"{entry.label}: {entry.count:,}" for entry in entries)
            with st.container(key="chart_map_legend"):  # no picture buttons: it says nothing by itself
                st.plotly_chart(figure.legend(entries), key="map_legend", theme=None, config=charts.CONFIG, alt=alt)


def _card(name: str, value: str, unit: str, before: str = "", moved: str = "", **told: Any) -> dict[str, Any]:
    unmoved = not float(re.sub(r"[^\d.]", "", moved) or 1)
    block = {"value": value, "unit": unit, "change": t("figure.same") if unmoved else moved, "from": before}
    return {"key": name, "label": t(f"map.{name}"), "help": t(f"map.{name}_help", **told),
            "note": t(f"map.{name}_means", **told), "blocks": [block]}  # fmt: skip


def _one_figures(bench: Bench, who: Who, ground: MapWork) -> list[dict[str, Any]]:
    before, now = (_places(ground, items) for items in _lists(bench, who))
    far = [100 * spread(ground.shown.points[place]) for place in (before, now)]
    moved = f"{signed(100 * (far[1] / far[0] - 1), 0)}%" if far[0] > 0 else ""
    strategy = in_use.in_use(bench)
    curve = results.curve(bench, strategy, who)
    texts = curve.values("ild")[[0, curve.at(strategy.diversity)]]  # the figure that stories tell
    apart = {"then": figures.text("ild", texts[0]), "apart": figures.text("ild", texts[1])}
    found = [_card("spread", f"{far[1]:.0f}", "", t("figure.from", value=f"{far[0]:.0f}"), moved, **apart)]
    if ground.clusters is not None:
        labels = ground.clusters.labels
        kinds = [len(np.unique(labels[ground.rows[place]])) for place in (before, now)]
        of = t("figure.of", n=len(ground.clusters.names))
        found.append(
            _card("kinds", str(kinds[1]), of, t("figure.from", value=str(kinds[0])), f"{kinds[1] - kinds[0]:+d}")
        )
    return found


def _all_figures(views: Shown, ground: MapWork) -> list[dict[str, Any]]:
    unseen = [int((counts[ground.rows] == 0).sum()) for counts in (views.lists_before, views.lists_now)]
    of = t("figure.of", n=f"{len(ground.rows):,}")
    found = [
        _card("unseen", f"{unseen[1]:,}", of, t("figure.from", value=f"{unseen[0]:,}"), f"{unseen[1] - unseen[0]:+,d}",
              n=f"{views.lists:,}")
    ]  # fmt: skip
    if ground.clusters is not None:
        parts = regions(ground.clusters, ground.rows, views, None)
        whole = [sum(p.unseen_before == p.products for p in parts), sum(p.unseen == p.products for p in parts)]
        of = t("figure.of", n=len(parts))
        from_ = t("figure.from", value=str(whole[0]))
        found.append(_card("unseen_clusters", str(whole[1]), of, from_, f"{whole[1] - whole[0]:+d}"))
    return found


def main() -> None:
    bench = page.bench_or_wait("map")
    if bench is None:
        return
    state.fit(bench)
    with st.sidebar:
        controls.surface()
        who = controls.who(bench)
        controls.method(bench)
        controls.diversity()
        controls.list_settings(bench)
    view(bench, who)


navigation.enter("map")
main()

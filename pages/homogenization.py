"""Homogenization: are shoppers, brands and categories melting together?"""

import numpy as np
import pandas as pd
import streamlit as st

from engine.experiments.bench import Bench
from engine.experiments.homogenization import FEWEST, LEAST, Column, Homogenization
from engine.experiments.page_groups import PageGroup, PageGroups
from engine.experiments.personalization import Personalization
from engine.experiments.verdicts import Verdict, verdicts
from engine.metrics import Estimate
from ui import against as held
from ui import charts, controls, downloads, figures, navigation, page, products, results, state
from ui import homogenization_charts as shapes
from ui.component import cards
from ui.shoppers import Who, column_name
from ui.words import joined, plain, t

CARDS = ("shared_products", "coverage", "gini", "shannon_entropy", "tail_share")
TOLD = ("shared_products", "coverage", "tail_share", "occupancy", "shelf_hhi")
AGAINST = ("facet_narrowing", "narrowing", "history_similarity", "calibration_js", "calibration_kl", "repeat_share")
SAME = {"half": 0.5, "most": 0.7, "nearly_all": 0.9}
TABLE = (
    "shared_products", "jaccard_overlap", "dice_overlap", "coverage", "gini", "shannon_entropy", "top_share",
    "tail_share", "occupancy", "shelf_evenness", "shelf_hhi", "hhi",
)  # fmt: skip
ROWS = 6  # clusters shown more, and less
GROUPS = 5  # groups of look-alike pages


def verdict(found: Homogenization) -> None:
    """What the figures say, plainly, each sentence with its intervals."""
    told = [v for v in verdicts(found) if v.key.partition(":")[0] in TOLD and _main(v.key, found)]
    with page.card(t("homogenization.verdict")):
        if found.reason is not None:
            words = "reason_too_few" if found.reason == "too_few" else "nothing_bought"
            st.markdown(f":gray[{t(f'homogenization.{words}', fewest=FEWEST, least=LEAST)}]")
        for entry in told:
            st.markdown(_sentence(entry, found))


def _main(key: str, found: Homogenization) -> bool:
    """Whether a verdict is on all products, or on the parts that the shop is told in."""
    return key.partition(":")[2] in ("", next(iter(found.parts), ""))


def _sentence(entry: Verdict, found: Homogenization) -> str:
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
        "diversity": f"{state.get('diversity'):.2f}",
    }
    said = t(f"homogenization.than_{entry.than}.{name}", now=now[0], other=other[0], **values)
    sure = t("homogenization.interval", now=now[1], other=other[1])
    return f"{icon} :{tone}[**{t(f'homogenization.{entry.alike}')}**] {said} :gray[:small[{sure}]]"


def _printed(key: str, part: Estimate) -> tuple[str, str]:
    """A figure as a sentence says it, and its interval; a concentration as the number of equal parts it is like."""
    if key.startswith("shelf_hhi"):
        return f"{1 / part.value:.0f}", f"{1 / part.high:.0f}–{1 / part.low:.0f}"
    return figures.with_unit(key, part.value), f"{figures.text(key, part.low)}–{figures.with_unit(key, part.high)}"


def whole(found: Homogenization, who: Who) -> None:
    """Every shopper's full list: the figures of `evaluate`."""
    page.head(t("homogenization.cards"), t("homogenization.cards_note", n=f"{len(who.rows):,}", k=found.k))
    before, now = found.whole["before"], found.whole["now"]
    entries = [
        {
            "key": key,
            "label": t(f"measure.{key}"),
            "help": t(f"measure.{key}_help"),
            "note": t(f"measure.{key}_means"),
            "blocks": [figures.block(key, now.value(key)[0], before.value(key)[0], found.k)],
        }
        for key in CARDS
        if key in now.keys
    ]
    cards("homogenization_cards", entries, least=150)


def distributions(found: Homogenization) -> None:
    """How overlap and slots are distributed, like for like."""
    parts = _distinct(found)
    left, right = page.split("homogenization", [1, 1])
    with left, page.card(t("homogenization.overlap"), t("homogenization.overlap_note")):
        shares = {column: found.compared[column].shared for column in parts}
        charts.show(shapes.overlap(shares), "overlap", _spoken(found, "shared_products"))
    with right, page.card(t("homogenization.lorenz"), t("homogenization.lorenz_note")):
        gini = {column: found.compared[column].figures["gini"].value for column in parts}
        curves = {column: found.compared[column].lorenz for column in parts}
        charts.show(shapes.lorenz(curves, gini), "lorenz", _spoken(found, "gini"))


def _distinct(found: Homogenization) -> list[Column]:
    """The columns, without λ = 0 where the lists now are the same."""
    same = np.array_equal(found.lists["before"], found.lists["now"])
    return [column for column in found.columns if column != "before" or not same]


def _spoken(found: Homogenization, key: str) -> str:
    told = (f"{t('chart.' + c)} {figures.with_unit(key, found.compared[c].figures[key].value)}" for c in found.columns)
    return f"{t('measure.' + key)}: {'; '.join(told)}"


def table(found: Homogenization) -> None:
    """Every figure like for like, with the interval of its difference."""
    bought = found.yardstick is not None
    note = ""
    if bought:
        new = t("homogenization.bought_new" if state.get("surface") == "new" else "homogenization.bought_any")
        counts = {"n": f"{found.n_compared:,}", "all": f"{found.n_shoppers:,}", "least": LEAST}
        note = t("homogenization.table_note", new=new, **counts)
    with page.card(t("homogenization.table"), note):
        known = [key for key in found.moves if np.isfinite(found.compared["now"].figures[key].value)]
        rows = [_row(found, key) for key in sorted(known, key=lambda key: TABLE.index(key.partition(":")[0]))]
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)
        st.markdown(f":gray[:small[{joined(_period(found), t('homogenization.intervals'))}]]")
        downloads.table(lambda: _raw(found), "homogenization")


def _row(found: Homogenization, key: str) -> dict[str, str]:
    line = {t("homogenization.figure"): _label(key)}
    for column in found.columns:
        line[t(f"homogenization.{column}")] = figures.with_unit(key, found.compared[column].figures[key].value)
    line[t("homogenization.moves")] = _difference(key, found.moves[key])
    if found.gaps:
        line[t("homogenization.gaps")] = _difference(key, found.gaps[key])
    return line


def _label(key: str) -> str:
    name, _, facet = key.partition(":")
    label = t(f"measure.{name}")
    return t("homogenization.by", figure=label, facet=plain(column_name(facet).lower())) if facet else label


def _difference(key: str, part: Estimate) -> str:
    """A difference and its interval: orange where lists are surely more alike, green where less, else grey."""
    row = figures.figure(key)
    value, low, high = (f"{end * row.scale:+.{row.digits}f}" for end in part)
    if float(value) == 0:
        value = value[1:]
    sure = (part.low > 0 or part.high < 0) and float(value) != 0
    tone = "gray" if not sure else "green" if part.value * row.better > 0 else "orange"
    return f":{tone}[{value}] :gray[:small[{low} … {high}]]"


def _period(found: Homogenization) -> str:
    yard = found.yardstick
    if yard is None:
        return ""
    return t(
        f"homogenization.period_{yard.period}", since=f"{yard.since:%Y-%m-%d}", until=f"{yard.until:%Y-%m-%d}",
        left=f"{yard.left_out:,}", pairs=f"{yard.pairs:,}",
    )  # fmt: skip


def _raw(found: Homogenization) -> pd.DataFrame:
    """The table with full numbers, one row a figure and column."""
    sets = {column: part.figures for column, part in found.compared.items()}
    sets |= {"now - before": found.moves} | ({"now - bought": found.gaps} if found.gaps else {})  # type: ignore[dict-item]
    return pd.DataFrame(
        {"list": name, "metric": key, **part._asdict(), "n_users": found.n_compared}
        for name, parts in sets.items()
        for key, part in parts.items()
    )


def clusters(found: Homogenization, bench: Bench) -> None:
    """Which clusters get slots, and which get more or fewer than their purchases."""
    name = next(iter(found.parts), None)  # the main facet, or clusters of texts in a shop without one
    if name is None:
        return
    split = found.parts[name]
    base: Column = "bought" if found.yardstick is not None else "before"
    title = t("homogenization.clusters" if base == "bought" else "homogenization.clusters_before")
    legend = f"{t('homogenization.clusters_note', facet=plain(column_name(name).lower()))} · ○ {t('chart.before')}"
    legend += f" :green[● {t('chart.now')}]" + (f" :blue[◆ {t('chart.bought')}]" if base == "bought" else "")
    with page.card(title, legend):
        shares = {column: 100 * found.compared[column].parts[name] for column in found.columns}
        gap = shares["now"] - shares[base]
        order = np.argsort(-gap, kind="stable")
        order = order[np.isin(order, [*order[:ROWS][gap[order[:ROWS]] > 0], *order[-ROWS:][gap[order[-ROWS:]] < 0]])]
        rows = [
            (
                products.of_data(bench, split.names[at]),
                {column: float(shares[column][at]) for column in found.columns},
                f"{shares[base][at]:.1f} → <b>{shares['now'][at]:.1f}</b>",
            )
            for at in order
        ]
        alt = "; ".join(f"{label} {words}" for label, _, words in rows).replace("<b>", "").replace("</b>", "")
        if rows:
            charts.show(shapes.clusters(rows), "clusters", alt)
        st.markdown("  \n".join(_occupied(found, part, base) for part in found.parts))
        downloads.table(lambda: pd.DataFrame({name: split.names, **shares}), "clusters")


def _occupied(found: Homogenization, name: str, base: Column) -> str:
    """How many parts of the catalogue get any slot."""
    got = {column: f"{int((found.compared[column].parts[name] > 0).sum()):,}" for column in found.columns}
    words = "clusters_got_bought" if base == "bought" else "clusters_got"
    return t(f"homogenization.{words}", all=f"{len(found.parts[name].names):,}", what=column_name(name), **got)


def groups(bench: Bench, who: Who) -> None:
    """Which groups of shoppers see nearly the same page, now and at λ = 0."""
    strategy = state.strategy()
    same = SAME[state.get("same")]
    found = results.same_page(bench, strategy, who, same)
    before = results.same_page(bench, strategy.at(diversity=0.0), who, same)
    least = int(np.ceil(same * strategy.k - 1e-9))
    with page.card(t("homogenization.groups"), t("homogenization.groups_note", least=least, k=strategy.k)):
        st.segmented_control(
            t("control.same"), list(SAME), format_func=controls.labelled({name: t(f"same.{name}") for name in SAME}),
            required=True, help=t("control.same_help"), **state.widget("same"),
        )  # fmt: skip
        st.markdown(_counted(found, before))
        if found.groups:
            rows = [_group(bench, entry, len(who.rows), strategy.k) for entry in found.groups[:GROUPS]]
            rows = rows if any(row[t("homogenization.groups_traits")] for row in rows) else [_bare(row) for row in rows]
            st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)
            downloads.table(lambda: _members(bench, found), "look-alike-pages")


def _counted(found: PageGroups, before: PageGroups) -> str:
    share, then = (f"{100 * part.n_alike / part.n_shoppers:.1f}" for part in (found, before))
    if not len(found.sizes):
        return t("homogenization.groups_none", before=then)
    largest = int(before.sizes[0]) if len(before.sizes) else 0
    counts = {"n": f"{len(found.sizes):,}", "largest": f"{found.sizes[0]:,}"}
    said = t("homogenization.groups_found", share=share, before=then)
    more = t("homogenization.groups_count", **counts, n_before=f"{len(before.sizes):,}", largest_before=f"{largest:,}")
    return f"**{said}**  \n:gray[:small[{more}]]"


def _group(bench: Bench, entry: PageGroup, n_shoppers: int, k: int) -> dict[str, str]:
    seen = [
        f"{plain(products.title(bench, int(item)))} :gray[{100 * share:.0f}%]"
        for item, share in zip(entry.items[:4], entry.seen[:4], strict=True)
    ]
    traits = [
        t("homogenization.groups_trait", column=plain(column_name(trait.column)), value=plain(trait.value),
          lift=f"{trait.lift:.1f}", n=trait.n)
        for trait in entry.traits[:2]
    ]  # fmt: skip
    return {
        t("homogenization.groups_shoppers"): f"{len(entry.rows):,}",
        t("homogenization.groups_share"): f"{100 * len(entry.rows) / n_shoppers:.1f}%",
        t("homogenization.groups_shared"): f"{entry.shared:.1f} {t('figure.of', n=k)}",
        t("homogenization.groups_core"): f"{entry.core}",
        t("homogenization.groups_items"): " · ".join(seen),
        t("homogenization.groups_traits"): "; ".join(traits),
    }


def _bare(row: dict[str, str]) -> dict[str, str]:
    """A group's row without the column of traits, where no group has any."""
    return {name: words for name, words in row.items() if name != t("homogenization.groups_traits")}


def _members(bench: Bench, found: PageGroups) -> pd.DataFrame:
    names = bench.names()
    return pd.DataFrame(
        {"group": number, "user_id": names[row]} for number, entry in enumerate(found.groups, 1) for row in entry.rows
    )


def bubble(bench: Bench, found: Homogenization, who: Who) -> None:
    """Each list against its shopper's own history: how narrow, how near, over shoppers."""
    lists = np.stack([found.lists["before"], found.lists["now"]])
    against = results.against_history(bench, state.strategy(), who, lists)
    narrower = against.narrower()
    if narrower is None:
        return
    page.head(t("homogenization.bubble"), t("homogenization.bubble_note"))
    left, right = page.split("bubble", [1, 1])
    with left:
        said = t("homogenization.narrower", now=f"{100 * narrower[1]:.1f}", before=f"{100 * narrower[0]:.1f}")
        st.markdown(f"**{said}**")
        cards("against_cards", held.entries({"": against}, AGAINST, found.k), least=148)
    with right:
        _spread(against)


def _spread(against: Personalization) -> None:
    key = against.key("facet_narrowing")
    assert key is not None
    ratios: dict[Column, np.ndarray] = {"before": against.before.per_user[key], "now": against.now.per_user[key]}
    if np.array_equal(ratios["before"], ratios["now"], equal_nan=True):
        del ratios["before"]
    n = f"{against.now.value(key)[1]:,}"
    with page.card(t("homogenization.spread"), t("homogenization.spread_note", n=n)):
        told = (f"{t('chart.' + c)} {100 * np.nanmean(part):.0f}%" for c, part in ratios.items())
        charts.show(shapes.narrowing(ratios), "narrowing", f"{t('measure.facet_narrowing')}: {'; '.join(told)}")


def main() -> None:
    bench = page.bench_or_wait("homogenization")
    if bench is None:
        return
    with st.sidebar:
        controls.surface()
        who = controls.group(bench)
        controls.method(bench)
        controls.diversity()
        controls.list_settings(bench)
    badges = [page.whose(bench, who.label, "groups"), page.setting_badge()]
    page.header("homogenization", t("homogenization.sentence"), badges)
    page.lacking(bench)
    if len(who.rows) < 2:
        st.info(t("homogenization.too_few"), icon=":material/info:")
        return
    with st.spinner(t("homogenization.measuring")):
        found = results.sameness(bench, state.strategy(), who)
    verdict(found)
    whole(found, who)
    distributions(found)
    left, right = page.split("occupancy", [1, 1.25])
    with left:
        clusters(found, bench)
    with right:
        groups(bench, who)
    table(found)
    with st.spinner(t("tune.against_reading")):
        bubble(bench, found, who)


navigation.enter("homogenization")
main()

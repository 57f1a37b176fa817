"""The card that explains why one product of a list is relevant to its shopper."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from engine.bench.bench import Bench
from engine.explain.relevance import RelevanceReasons
from ui import charts, state
from ui.background import results
from ui.charts.bars import bars, signed
from ui.shell import page
from ui.state import options
from ui.text import products
from ui.text.why_words import ago, sentence, term
from ui.text.words import clauses, labelled, plain, t

TERMS, WORDS = 8, 6  # bars
SMALL = 0.005  # points that print as 0.00


@st.fragment
@page.guarded()
def card(bench: Bench, row: int, listed: Mapping[int, str], also: Callable[[int], None] = lambda item: None) -> None:
    """Why one of the products `listed` (catalogue row -> label, the first chosen) is relevant to the shopper `row`.

    also: draws what else there is to say of the product chosen, below. A fragment: choosing another product repaints
    the two alone.
    """
    if not listed:
        return
    ids = {products.item_id(bench, item): item for item in listed}
    labels = {name: listed[item] for name, item in ids.items()}
    wanted = state.view().why
    with page.card(key="why_card"):
        left, right = st.columns([3, 2], vertical_alignment="center")
        with right:
            st.selectbox(
                t("why.product"), help=t("why.product_help"), label_visibility="collapsed",
                **options.setting("why", labels, wanted if wanted in ids else next(iter(ids))),
            )  # fmt: skip
        item = ids[options.chosen("why")]
        with left, st.spinner(t("why.reading")):  # a model that reads text loads its encoder the first time
            reasons = results.relevance_reasons(bench, state.view().surface, row, item)
        left.markdown(f"**{t('why.title')}**  \n{sentence(bench, reasons)}")
        _reasons(bench, reasons)
    also(item)
    state.write_url()  # a fragment's own run ends here, not in app.py


def _reasons(bench: Bench, why: RelevanceReasons) -> None:
    if not bench.context.has_history:
        _words(bench, why)
        return
    left, right = page.split("why", [1.3, 1])
    with left:
        _terms(bench, why)
    with right:
        _nearest(bench, why)
        _words(bench, why)


def _terms(bench: Bench, why: RelevanceReasons) -> None:
    if not why.terms:
        _head(t("why.terms_title"))
        note = t("why.silent", model=_model(bench)) if why.terms is None else t("why.unscored")
        st.markdown(f":gray[{note}]")
        return
    total = sum(value for _, value in why.terms)
    _head(t("why.terms_title"), t("why.terms_note", total=signed(total)), t("why.terms_help"))
    rows = [(term(bench, name), value) for name, value in why.terms]
    largest = sorted(_largest(rows, TERMS), key=lambda row: -row[1])
    rest = total - sum(value for _, value in largest)
    if abs(rest) >= SMALL:
        largest.append((t("why.others", n=len(rows) - len(largest)), rest))
    charts.show(bars(largest), "why_terms", _chart_text(largest))


def _largest(rows: Sequence[tuple[str, float]], limit: int) -> list[tuple[str, float]]:
    """The `limit` largest of either sign; what prints as 0 is left out, unless all does."""
    large = sorted(rows, key=lambda row: -abs(row[1]))[:limit]
    return [row for row in large if abs(row[1]) >= SMALL] or large


def _nearest(bench: Bench, why: RelevanceReasons) -> None:
    now = bench.history.cutoff if bench.history.cutoff is not None else bench.history.end
    _head(t("why.nearest_title"), t("why.nearest_note", until=f"{now:%Y-%m-%d}"), t("why.nearest_help"))
    if not why.nearest:
        st.markdown(f":gray[{t('why.nearest_none')}]")
    for near in why.nearest:
        note = t("why.near", alike=f"{100 * near.similarity:.0f}", n=near.past.times, ago=ago(near.past))
        named, under = (plain(words(bench, near.past.item)) for words in (products.title, products.under))
        st.markdown(f"{named}  \n:gray[:small[{' · '.join(filter(None, (note, under)))}]]")  # titles can be the same


def _words(bench: Bench, why: RelevanceReasons) -> None:
    if not why.words:
        if bench.context.trained:
            st.markdown(f":gray[:small[{t('why.words_none', model=_model(bench))}]]")
        return
    _head(t("why.words_title"), t("why.words_note"), t("why.words_help"))
    rows = sorted(_largest(why.words, WORDS), key=lambda row: -row[1])
    charts.show(bars(rows, width=24), "why_words", _chart_text(rows))


def _head(title: str, note: str = "", help_: str | None = None) -> None:
    st.markdown(f"**:small[{title}]**" + (f"  \n:gray[:small[{note}]]" if note else ""), help=help_)


def _chart_text(rows: Sequence[tuple[str, float]]) -> str:
    """A chart in words, for those who cannot see it."""
    return clauses(labelled(label, signed(value)) for label, value in rows)


def _model(bench: Bench) -> str:
    return t(f"model.{bench.card['name']}")

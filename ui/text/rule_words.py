"""A strategy's rules as plain sentences, with the shop's own names in the language in use."""

from functools import partial

from engine.bench.bench import Bench
from engine.bench.segments import HISTORY, THIRDS
from engine.data.labels import UNKNOWN
from engine.explain.rule_sentences import Lookups, rule_sentence
from engine.slates.rule_lookup import ARRIVAL, POPULARITY
from engine.strategy.rules import Entry
from ui.text import products
from ui.text.shoppers import column_name
from ui.text.words import language, t

OWN = {POPULARITY: ("head", "tail"), ARRIVAL: ("new", "known")}  # values that we name, not the shop


def rule_words(entry: Entry, bench: Bench) -> str:
    """One rule as a plain sentence without a full stop, in the language in use; not escaped."""
    names = Lookups(
        say=t, product=partial(title, bench), products=lambda ids: t("rule_words.items", n=len(ids)),
        facet=facet_words, value=partial(value_words, bench), group=partial(group_words, bench),
        surface=lambda surface: t(f"surface.{surface}"),
    )  # fmt: skip
    return rule_sentence(entry, names)


def facet_words(facet: str) -> str:
    """The name of a facet as it stands inside a sentence."""
    name = t(f"rule_words.{facet}") if facet in (*OWN, HISTORY) else column_name(facet)
    return name.lower() if language() == "en" else name


def value_words(bench: Bench, facet: str, value: str) -> str:
    """A facet's value: the shop's own word, or ours for popularity and arrival."""
    return t(f"rule_words.{value}") if value in OWN.get(facet, ()) else products.of_data(bench, value)


def title(bench: Bench, item_id: str) -> str:
    """The title of a product by its id; the id where the shop has no such product."""
    row = products.by_id(bench, item_id)
    return item_id if row is None else products.title(bench, row)


def group_words(bench: Bench, group: str) -> str:
    """A group of a segment: the shop's own word, or ours for thirds of history and for who did not say."""
    return t(f"rule_words.group.{group}") if group in (*THIRDS, UNKNOWN) else products.of_data(bench, group)

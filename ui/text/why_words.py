"""Why a product is relevant, in a sentence: the largest term, and what the shopper did with the product."""

from collections import defaultdict

from engine.bench.bench import Bench
from engine.explain.relevance import PastItem, RelevanceReasons
from ui.text import shoppers
from ui.text.words import joined, plain, t, table

HABIT = ("recent", "regular", "week", "month", "season", "year", "owned", "recency", "due", "own")
REASONS = ("ease", "taste", "trend", "momentum", "leader", "text")  # each has a sentence of its own
LIKE = {"together": "ease", **{f"owned_{name}": name for name in REASONS[:-1]}}


def sentence(bench: Bench, why: RelevanceReasons) -> str:
    """The largest term of the product's score, and what the shopper did with it."""
    if not bench.context.has_history:
        return t("why.mostly.word", word=plain(max(why.words, key=lambda word: word[1])[0])) if why.words else ""
    past = _past(why.past)
    if not why.terms:
        return past
    sums: dict[str, float] = defaultdict(float)
    for name, value in why.terms:
        sums[_reason(name)] += value
    reason = max(sums, key=sums.__getitem__)
    if sums[reason] <= 0:
        return joined(t("why.mostly.nothing"), past)
    if reason == "habit" and why.past.times:
        return t("why.mostly.habit", n=why.past.times, ago=ago(why.past))
    if reason in REASONS:
        return joined(t(f"why.mostly.{reason}"), past)
    largest = next(name for name, _ in why.terms if _reason(name) == reason)
    return joined(t("why.mostly.other", term=plain(term(bench, largest))), past)


def _reason(name: str) -> str:
    """The key of the words for a term. Several terms share their words."""
    return "habit" if name in HABIT else LIKE.get(_key(name), _key(name))


def term(bench: Bench, name: str) -> str:
    """The words for a term of a model. An unknown term keeps its name."""
    if f"why.term.{_key(name)}" in table():
        return t(f"why.term.{_key(name)}")
    column = shoppers.column_name(name)
    return t("why.facet", facet=column) if name in bench.data.items else column


def _past(past: PastItem) -> str:
    return t("why.bought_last", n=past.times, ago=ago(past)) if past.times else t("why.bought_never")


def ago(past: PastItem) -> str:
    """How long ago the shopper bought it last."""
    return t("why.ago", n=past.days) if past.days else t("why.today")


def _key(name: str) -> str:
    return name.replace(" ", "_")

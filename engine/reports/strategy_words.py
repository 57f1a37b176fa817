"""Everything that a strategy's lists keep to, spelled out: each rule, exception and floor a sentence of its own."""

from collections.abc import Iterator, Mapping, Sequence

from engine.bench.segments import HISTORY, THIRDS
from engine.evaluation.slates_note import SavedNote
from engine.explain.rule_sentences import Lookups, rule_sentence
from engine.fairness import UNKNOWN
from engine.reports.names import Names
from engine.slates.rule_lookup import ARRIVAL, POPULARITY
from engine.strategy.overrides import Guard, Policy
from engine.strategy.similarity_weights import EMBEDDING, Weights
from engine.strategy.strategy import Exposure, Floor, Strategy

NOT_WEIGHTED = ("dpp",)  # methods in which λ is no share of a sum
LISTED = 12  # products of a rule, or values of a policy, by name
OWN = {POPULARITY: ("head", "tail"), ARRIVAL: ("new", "known")}  # values that we name, not the shop


def method_words(strategy: Strategy, names: Names) -> str:
    """The method, what λ does in it, and what spread σ costs crowded products."""
    level = strategy.diversity
    key = "not_weighted" if strategy.method in NOT_WEIGHTED else "weighted"
    words = names.say(
        f"report.keeps.{key}", method=strategy.method.upper(), diversity=f"{level:g}",
        relevance=f"{100 * (1 - level):.3g}", variety=f"{100 * level:.3g}",
    )  # fmt: skip
    return (
        names.say("report.keeps.and_spread", words=words, spread=spread_words(strategy, names))
        if strategy.spread
        else words
    )


def spread_words(strategy: Strategy, names: Names) -> str:
    """What spread σ does to products that many lists hold."""
    return names.say("report.keeps.spread", spread=f"{strategy.spread:g}", most=f"{100 * strategy.spread:.3g}")


class StrategyWords:
    """The sentences of one strategy. titles: item id -> title, of the products that its rules name."""

    def __init__(self, strategy: Strategy, names: Names, titles: Mapping[str, str]) -> None:
        self.strategy, self.names, self.say, self.titles = strategy, names, names.say, titles
        self.lookups = Lookups(
            say=names.say, product=self._product, products=self._products, facet=self._facet, value=self._value,
            group=self._group, surface=lambda surface: names.say(f"report.surface.{surface}"),
        )  # fmt: skip

    def rules(self) -> list[str]:
        """One sentence a rule, in the order of their numbers."""
        sentences = (rule_sentence(entry, self.lookups) for entry in self.strategy.all_entries)
        return [self.say("report.keeps.sentence", words=words[:1].upper() + words[1:]) for words in sentences]

    def exceptions(self) -> list[str]:
        """One sentence for each thing that holds for some lists only."""
        return list(self._exceptions())

    def floors(self) -> list[str]:
        """What is kept of relevance or revenue, and what makers get at least."""
        floor, exposure = self.strategy.floor, self.strategy.exposure
        return ([self._floor(floor)] if floor else []) + ([self._exposure(exposure)] if exposure else [])

    def _exceptions(self) -> Iterator[str]:
        overrides = self.strategy.overrides
        if overrides is None:
            return
        for segment in overrides.segments:
            column, group = self._facet(segment.segment.by), self._group(segment.segment.group)
            yield self.say("report.keeps.segment", column=column, group=group, diversity=f"{segment.diversity:g}")
        if overrides.personal:
            yield self.say("report.keeps.personal", strength=f"{100 * overrides.personal.strength:.3g}")
        for policy in overrides.policies:
            yield self._policy(policy)
        if overrides.guard:
            yield self._guard(overrides.guard)

    def _policy(self, policy: Policy) -> str:
        level = None if policy.diversity is None else f"λ {policy.diversity:g}"
        likeness = self.likeness(policy.facet_weights) if policy.facet_weights else None
        does = self.say("report.keeps.also").join(filter(None, (level, likeness)))
        values = self._listed([self._value(policy.facet, value) for value in policy.values])
        facet = self._facet(policy.facet)
        return self.say("report.keeps.policy", name=policy.name, facet=facet, values=values, does=does)

    def _guard(self, guard: Guard) -> str:
        measure, _, facet = guard.key.partition(":")
        words = self.say(f"report.keeps.guard_of.{measure}")
        blanks = {"measure": f"{words} ({self._facet(facet)})" if facet else words, "up_to": f"{guard.up_to:g}"}
        return self.say(
            f"report.keeps.guard_{'most' if guard.falling else 'least'}", bound=f"{guard.bound:g}", **blanks
        )

    def _floor(self, floor: Floor) -> str:
        metric = self.say(f"report.keeps.metric.{floor.metric}")
        lowered = self.say("report.keeps.lowered_both" if self.strategy.spread else "report.keeps.lowered_one")
        keep = f"{100 * floor.keep:.3g}"
        return self.say(f"report.keeps.floor_{floor.against}", keep=keep, metric=metric, lowered=lowered)

    def _exposure(self, exposure: Exposure) -> str:
        blanks = {"facet": self._facet(exposure.facet), "strength": f"{100 * exposure.strength:.3g}"}
        if exposure.floor == "max-min":
            return self.say("report.keeps.exposure_even", **blanks)
        floor, share = f"{100 * exposure.floor:.3g}", f"{100 * exposure.worst:.3g}"
        return self.say("report.keeps.exposure_part", part=floor, share=share, **blanks)

    def likeness(self, weights: Weights | None = None) -> str:
        """What similarity is mixed from, such as "text 60%, category 40%"."""
        shares = weights or self.strategy.facet_weights
        return self._listed([f"{self._source(name)} {100 * share:.3g}%" for name, share in shares])

    def _source(self, name: str) -> str:
        return self.say(f"report.vectors.{self.strategy.similarity}") if name == EMBEDDING else self._facet(name)

    def _product(self, item_id: str) -> str:
        title = self.titles.get(item_id)
        return item_id if title is None else f"{title} ({item_id})"

    def _products(self, item_ids: Sequence[str]) -> str:
        return self._listed([self._product(item_id) for item_id in item_ids])

    def _listed(self, words: Sequence[str]) -> str:
        shown = self.say("report.keeps.comma").join(words[:LISTED])
        more = len(words) - LISTED
        return shown if more <= 0 else self.say("report.keeps.more", words=shown, n=more)

    def _facet(self, facet: str) -> str:
        if facet in (*OWN, HISTORY):
            return self.say(f"rule_words.{facet}")
        return self.names.column(facet).lower()

    def _value(self, facet: str, value: str) -> str:
        return self.say(f"rule_words.{value}") if value in OWN.get(facet, ()) else value

    def _group(self, group: str) -> str:
        return self.say(f"rule_words.group.{group}") if group in (*THIRDS, UNKNOWN) else group


def saved_words(saved: SavedNote | None, names: Names) -> str:
    """Which saved version, or file, a strategy is."""
    if saved is None:
        return names.say("report.keeps.unsaved")
    if saved.file:
        return names.say("report.keeps.file", file=saved.file)
    date = str(saved.saved_at)[:10]
    return names.say("report.keeps.saved", name=saved.name, n=saved.version, date=date, author=saved.author)

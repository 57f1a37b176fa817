"""The advised pair of λ and σ, in the same words on every page."""

from collections.abc import Mapping

from engine.evaluation.pairs.pair_advice import AdvisedPair
from engine.strategy.strategy import Strategy
from ui.strategy_editor import in_use
from ui.text import kept_words
from ui.text.words import joined, t

Words = tuple[str, str]  # what to do, and why


def advised(pair: AdvisedPair, surface: str, strategy: Strategy) -> Words:
    """The pair that surely keeps the floor. surface: its name; strategy: as set."""
    if pair.pair == (0.0, 0.0):
        return t("pair.none", surface=surface), t(
            "pair.none_why", n=f"{pair.n_users:,}", goal=in_use.goal_words(pair.floor, pair.default)
        )
    have = (strategy.diversity, strategy.spread) == pair.pair
    words = t("pair.have" if have else "pair.take", surface=surface, pair=weights(pair.pair))
    promise = t(
        "pair.promised",
        kept=kept_words.share(pair.kept),
        n=f"{pair.n_users:,}",
        goal=in_use.goal_words(pair.floor, pair.default),
    )
    return words, joined(promise, _gains(pair.before, pair.after, strategy.k))


def trial(pair: AdvisedPair, surface: str, k: int) -> Words:
    """The pair that the estimate favours, which is not sure to keep the floor. k: products in a list."""
    words = t("pair.trial", surface=surface, pair=weights(pair.hoped))
    likely = t("pair.likely", kept=kept_words.share(pair.likely))
    return words, joined(likely, _gains(pair.before, pair.then, k))


def short(pair: AdvisedPair) -> str:
    """The pair that surely keeps the floor, beside the recommended λ, which says the floor."""
    words = t("pair.recommended", pair=weights(pair.pair))
    return joined(f":green[**{words}**]", t("pair.kept", kept=kept_words.share(pair.kept), n=f"{pair.n_users:,}"))


def broken(pair: AdvisedPair, surface: str) -> Words:
    """Rules that break the floor at λ 0 and σ 0 already."""
    return t("pair.rules_break", surface=surface), t(
        "advice.rules_break_why", kept=kept_words.share(pair.kept), goal=in_use.goal_words(pair.floor, pair.default)
    )


def weights(pair: tuple[float, float]) -> str:
    """ "λ 0.10 · σ 0.15"."""
    return f"λ {pair[0]:.2f} · σ {pair[1]:.2f}"


def _gains(before: Mapping[str, float], after: Mapping[str, float], k: int) -> str:
    ends = {"": after, "before_": before}
    reach = {f"{end}reach": f"{100 * values['coverage']:.1f}" for end, values in ends.items()}
    shared = {f"{end}shared": f"{values['shared_products']:.2f}" for end, values in ends.items()}
    return t("pair.gains", k=k, **reach, **shared)

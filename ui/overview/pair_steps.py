"""The first next steps: the advised pair of λ and σ of each surface, which is searched for when asked."""

from collections.abc import Mapping

from engine.bench.bench import Bench
from engine.evaluation.pairs.advised_pair import known_pair
from engine.evaluation.pairs.pair_advice import AdvisedPair
from engine.strategy.strategy import Strategy
from ui.background import pairs
from ui.background.jobs import Job
from ui.overview.step import step
from ui.shell import job_panel
from ui.strategy_editor import in_use, pair_words
from ui.text.words import t

FOUND, LOOK = ":green[:material/target:]", ":orange[:material/search:]"
TRIAL, BROKEN = ":orange[:material/science:]", ":orange[:material/rule:]"


def pair_steps(bench: Bench, strategies: Mapping[str, Strategy]) -> set[str]:
    """Draw a step for each surface, and return the surfaces whose pair is known. strategies: as set, by surface."""
    judged = {surface: strategy for surface, strategy in strategies.items() if _can_be_judged(bench, strategy)}
    if missing := {surface: s for surface, s in judged.items() if known_pair(bench, s) is None}:
        _search(bench, missing)
    known = {surface: pair for surface, s in judged.items() if (pair := known_pair(bench, s)) is not None}
    for surface, pair in known.items():
        _pair_step(surface, pair, strategies[surface])
    return set(known)


def _can_be_judged(bench: Bench, strategy: Strategy) -> bool:
    return bool(in_use.metrics(bench)) and strategy.normalize != "none"


def _search(bench: Bench, strategies: Mapping[str, Strategy]) -> None:
    """The step that starts the search, or its progress."""
    key = (tuple(strategies.items()), bench.today)
    if not job_panel.was_asked("pair", key):
        with step(LOOK, t("pair.find"), t("pair.find_why", n=f"{len(bench.users):,}")):
            job_panel.ask("pair", key)
        return
    job_panel.answer(pairs.jobs(bench), pairs.search(bench, strategies), "pair", job_panel.share_done, _words)


def _words(job: Job) -> str:
    return (
        t("pair.step", surface=t(f"surface.{job.step}"), share=f"{100 * job_panel.share_done(job):.0f}")
        if job.step
        else ""
    )


def _pair_step(surface: str, pair: AdvisedPair, strategy: Strategy) -> None:
    """What is surely kept, and, where that is less than was hoped for, what is worth a live test."""
    name = t(f"surface.{surface}")
    if not pair.met:
        words, reason = pair_words.broken(pair, name)
        step(BROKEN, words, reason, "tune", surface=surface, diversity=0.0, spread=0.0, shopper="all")
        return
    words, reason = pair_words.advised(pair, name, strategy)
    step(FOUND, words, reason, "tune", **_settings(surface, pair.pair))
    if pair.hoped != pair.pair:
        words, reason = pair_words.trial(pair, name, strategy.k)
        step(TRIAL, words, reason, "tune", **_settings(surface, pair.hoped))


def _settings(surface: str, pair: tuple[float, float]) -> dict[str, object]:
    return {"surface": surface, "diversity": pair[0], "spread": pair[1], "shopper": "all"}

"""The search for the advised pairs of λ and σ, in the background, for all pages and sessions."""

from collections.abc import Mapping

from engine.bench.bench import Bench
from engine.data import Progress
from engine.evaluation.pairs.advised_pair import advised_pair
from engine.evaluation.pairs.pair_advice import AdvisedPair
from engine.strategy.strategy import Strategy
from ui.background.jobs import Job, Jobs

PERCENT = 100


def jobs(bench: Bench) -> Jobs:
    """The searches on this bench."""
    return bench.cached("pair searches", Jobs)


def search(bench: Bench, strategies: Mapping[str, Strategy]) -> Job:
    """The job that finds the pair of each surface; started when first asked for. Its result is by surface, None where
    later purchases cannot judge one. Its steps are surfaces, its progress in percent of all of them."""

    def work(report: Progress) -> dict[str, AdvisedPair | None]:
        found = {}
        for number, (surface, strategy) in enumerate(strategies.items()):

            def part(step: str, done: int, total: int, number: int = number, surface: str = surface) -> None:
                report(surface, round(PERCENT * (number + done / total)), PERCENT * len(strategies))

            found[surface] = advised_pair(bench, strategy, part)
        return found

    return jobs(bench).get((tuple(strategies.items()), bench.today), "pairs", work)

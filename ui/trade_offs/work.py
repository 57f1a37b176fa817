"""The points of a Pareto front, evaluated in the background, once for each question."""

from dataclasses import dataclass

from engine.bench.bench import Bench
from engine.data import InputError, Progress
from engine.evaluation.pareto import ParetoPoint, pareto
from engine.evaluation.relevance_kept import plain_ranking, ruled_ranking
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
from ui.background.jobs import Job, Jobs
from ui.shell import job_panel
from ui.text.words import t
from ui.trade_offs.aims import objectives
from ui.trade_offs.question import DeclaredFront


@dataclass(frozen=True)
class Front:
    """points: the settings in use first, relevance alone second; missed: strategies whose floor no lists reach."""

    points: tuple[ParetoPoint, ...]
    missed: int

    @property
    def now(self) -> ParetoPoint:
        return self.points[0]

    @property
    def plain(self) -> ParetoPoint:
        """λ 0 without rules, which is the default baseline of all pages."""
        return self._of(plain_ranking(self.now.strategy))

    @property
    def ruled(self) -> ParetoPoint:
        """λ 0 with the rules; the same as `plain` without rules."""
        return self._of(ruled_ranking(self.now.strategy))

    def _of(self, strategy: Strategy) -> ParetoPoint:
        return next(point for point in self.points if point.strategy == strategy)


def fronts(bench: Bench) -> Jobs:
    """The fronts of one shop, dropped when the shop is closed."""
    return bench.cached("fronts", Jobs)


def answer(bench: Bench, declared: DeclaredFront) -> Front | None:
    """The points. None while they are evaluated or if that failed, which the page then shows."""
    keys = tuple(aim.key for aim in declared.aims)

    def work(report: Progress) -> Front:
        return evaluate_front(bench, declared.strategies, keys, report)

    jobs = fronts(bench)
    job = jobs.get((keys, declared.strategies, bench.today), "front", work)
    front: Front | None = job_panel.answer(jobs, job, "trade_offs", _share, _step)
    return front


def evaluate_front(bench: Bench, strategies: tuple[Strategy, ...], keys: tuple[str, ...], report: Progress) -> Front:
    """Make and measure the lists of every strategy. Those with an infeasible floor are left out and counted."""
    feasible = []
    for number, strategy in enumerate(strategies):
        report("lists", number, len(strategies))
        try:
            make_slates(bench, strategy)
        except InputError as error:
            if error.problems[0].kind != "out_of_reach" or number == 0:
                raise
            continue
        feasible.append(strategy)
    points = pareto(bench, feasible, objectives(bench, strategies[0], keys), report=report)
    return Front(points, len(strategies) - len(feasible))


def _share(job: Job) -> float:
    """The share of the work that is done. Making the lists takes longest, so it counts for two thirds."""
    step_share = job.done / job.total if job.total else 0.0
    return step_share * 2 / 3 if job.step != "pareto" else (2 + step_share) / 3


def _step(job: Job) -> str:
    return t(f"trade_offs.step.{'figures' if job.step == 'pareto' else 'lists'}", done=job.done, total=job.total)

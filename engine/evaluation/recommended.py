"""The λ to take: one answer for every page and command, bound to the floor in use."""

from dataclasses import dataclass

from engine.bench.bench import Bench
from engine.data import InputError
from engine.evaluation.curve import Curve
from engine.evaluation.relevance_floor import floor_test, own_floor_test
from engine.statistics.fixed_sequence import FixedSequence
from engine.strategy.strategy import Floor, Strategy

DEFAULT_FLOOR = Floor(metric="ndcg", keep=0.99, against="plain")


@dataclass(frozen=True)
class Recommended:
    """The largest λ that surely keeps the floor.

    floor    the strategy's own, or DEFAULT_FLOOR where it has none (`default`)
    test     what every λ keeps, and the one chosen; not `met` where the rules alone break the floor, so that λ is 0
    """

    floor: Floor
    default: bool
    test: FixedSequence

    @property
    def diversity(self) -> float:
        """The λ to take."""
        return self.test.diversity


def recommended(bench: Bench, strategy: Strategy) -> Recommended | None:
    """The λ to take for all shoppers' lists under a strategy, whatever its own λ; None where later purchases cannot
    judge it. Raises InputError for rules that this shop cannot keep."""
    floor = strategy.floor or DEFAULT_FLOOR
    try:
        test = own_floor_test(bench, strategy.at(floor=floor.model_dump()))
    except InputError as error:
        if error.problems[0].loc != ("floor",):
            raise
        return None
    return None if test is None else Recommended(floor, strategy.floor is None, test)


def recommended_on_curve(curve: Curve, floor: Floor = DEFAULT_FLOOR) -> float | None:
    """The λ to take on a curve that is there already: the same as `recommended`, where its λ are `floor.LEVELS`. None
    where it cannot be judged."""
    if curve.key(floor.metric) is None:
        return None
    try:
        return floor_test(curve, floor).diversity
    except InputError:
        return None

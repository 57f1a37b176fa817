"""The recommended λ: one answer for every page and command, from the floor in use."""

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
        """The recommended λ."""
        return self.test.diversity


def recommended(bench: Bench, strategy: Strategy) -> Recommended | None:
    """The λ recommended for all shoppers' lists under a strategy, whatever its own λ.

    None where it cannot be judged by later purchases. Raises InputError for rules that this shop cannot keep.
    """
    floor = strategy.floor or DEFAULT_FLOOR
    try:
        test = own_floor_test(bench, strategy.at(floor=floor.model_dump()))
    except InputError as error:
        if error.problems[0].loc != ("floor",):
            raise
        return None
    return None if test is None else Recommended(floor, strategy.floor is None, test)


def recommended_on_curve(curve: Curve, floor: Floor = DEFAULT_FLOOR) -> float | None:
    """The λ recommended on a curve that was computed already; None where it cannot be judged.

    It is the λ of `recommended` where the curve has the λ of `relevance_floor.LEVELS`.
    """
    if curve.key(floor.metric) is None:
        return None
    try:
        return floor_test(curve, floor).diversity
    except InputError:
        return None

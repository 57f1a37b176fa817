"""The lists to compare with where no other strategy is named: relevance alone, or the same with the rules kept.

plain   λ 0 without rules, exceptions and floors. The default: every setting of the shop counts as a difference
ruled   λ 0 with the rules, without exceptions and floors: only the effect of diversity counts
"""

from collections.abc import Callable, Mapping

from engine.evaluation.relevance_kept import plain_ranking, ruled_ranking
from engine.strategy.strategy import Against, Strategy

BASELINES: Mapping[Against, Callable[[Strategy], Strategy]] = {"plain": plain_ranking, "ruled": ruled_ranking}


def baseline_of(now: Strategy, before: Strategy) -> Against | None:
    """Which of the two baselines `before` is for `now`; plain where they are the same, None for any other strategy.

    Only the method may differ as well, because at λ 0 it makes no difference.
    """
    for name, make in BASELINES.items():
        if before.model_copy(update={"method": now.method, "pool": now.pool}) == make(now):
            return name
    return None

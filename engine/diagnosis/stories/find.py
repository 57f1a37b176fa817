"""The three stories of a shop."""

from collections.abc import Callable, Mapping

import numpy as np

from engine.bench.bench import Bench
from engine.diagnosis.stories.alike import alike
from engine.diagnosis.stories.bubble import bubble
from engine.diagnosis.stories.free import free
from engine.diagnosis.stories.story import Name, Story
from engine.evaluation.curve import Curve
from engine.strategy.strategy import Strategy

Array = np.ndarray


def stories(
    bench: Bench, strategy: Strategy, curves: Mapping[str, Curve], groups: Mapping[str, Array]
) -> tuple[Story, ...]:
    """The three stories of a shop.

    curves: the trade-off of `strategy` on each surface, over all shoppers. groups: what a page calls a group of
    shoppers -> its rows of `bench.users`.
    """
    tellers: dict[Name, Callable[[], Story]] = {
        "alike": lambda: alike(bench, strategy, curves, groups),
        "free": lambda: free(bench, strategy, curves),
        "bubble": lambda: bubble(bench, strategy, curves),
    }
    if not bench.context.has_history:
        return tuple(Story(name, reason="no_shoppers") for name in tellers)
    return tuple(tell() for tell in tellers.values())

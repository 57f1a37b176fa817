"""The examples in the docstrings of the metrics and of the re-rankers give what they say."""

import doctest
from importlib import import_module
from types import ModuleType

import pytest

from engine import metrics, rerank
from engine.rerank import api

FUNCTIONS = [getattr(metrics, name) for name in metrics.__all__ if not isinstance(getattr(metrics, name), type)]
FUNCTIONS += [api.rerank, api.sweep, rerank.fair_limits, rerank.fair_share, rerank.conflicting_rules, rerank.optimum]
MODULES = sorted({function.__module__ for function in FUNCTIONS})


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    module: ModuleType = import_module(name)
    found = doctest.testmod(module)
    assert found.attempted > 0 and found.failed == 0


def test_every_public_metric_has_an_example() -> None:
    lacking = [function.__name__ for function in FUNCTIONS if ">>>" not in (function.__doc__ or "")]
    assert not lacking

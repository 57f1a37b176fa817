"""The examples in the docstrings of search give what they say."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import engine.search

FILES = sorted(Path(engine.search.__file__).parent.glob("*.py"))
WITH_EXAMPLES = [file.stem for file in FILES if ">>>" in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_give_what_they_say(name: str) -> None:
    found = doctest.testmod(import_module(f"engine.search.{name}"))
    assert found.attempted > 0 and found.failed == 0

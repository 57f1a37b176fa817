"""Values that are computed when they are first read."""

import pytest

from engine.bench.lazy_values import LazyValues, with_more


def test_a_value_is_computed_once_and_only_if_it_is_read() -> None:
    asked: list[str] = []

    def make(name: str) -> int:
        asked.append(name)
        return len(asked)

    values = LazyValues({"a": lambda: make("a"), "b": lambda: make("b")})
    more = with_more(values, {"c": lambda: make("c"), "b": lambda: make("another b")})
    assert list(values) == ["a", "b"] and list(more) == ["a", "b", "c"] and "b" in more and len(more) == 3
    assert not asked, "names alone compute nothing"
    assert (more["a"], values["a"], more["a"]) == (1, 1, 1) and asked == ["a"]
    assert (values["b"], more["b"], more["c"]) == (2, 3, 4)
    with pytest.raises(KeyError):
        values["d"]

"""Weights that sum to 100 %, whatever is moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.state import similarity_weights
from ui.state.similarity_weights import read, shift_share, text

SOURCES = ("embedding", "category", "brand: name, quoted", "price")


def split(cuts: list[int]) -> similarity_weights.Shares:
    edges = [0, *sorted(cuts), 100]
    return {name: high - low for name, low, high in zip(SOURCES, edges, edges[1:], strict=False)}


shares = st.lists(st.integers(0, 100), min_size=3, max_size=3).map(split)


@given(shares)
def test_a_link_gives_the_same_shares(given_shares: similarity_weights.Shares) -> None:
    assert read(text(given_shares)) == {name: share for name, share in given_shares.items() if share}


@given(shares, st.sampled_from(SOURCES), st.integers(0, 100))
def test_moving_one_share_keeps_the_sum_and_the_order_of_the_others(
    given_shares: similarity_weights.Shares, source: str, share: int
) -> None:
    after = shift_share(given_shares, source, share)
    assert after[source] == share
    assert sum(after.values()) == 100
    assert min(after.values()) >= 0
    others = [name for name in SOURCES if name != source]
    left, whole = 100 - share, sum(given_shares[name] for name in others)
    if whole:
        assert all(abs(after[name] - left * given_shares[name] / whole) < 1 for name in others)


def test_a_closed_case() -> None:
    assert shift_share({"embedding": 60, "category": 30, "price": 10}, "price", 40) == {
        "price": 40, "embedding": 40, "category": 20,
    }  # fmt: skip
    assert shift_share({"embedding": 100, "category": 0}, "embedding", 70) == {
        "embedding": 70,
        "category": 30,
    }
    assert shift_share({"embedding": 0, "category": 100}, "category", 10) == {
        "category": 10,
        "embedding": 90,
    }
    assert shift_share({"embedding": 100}, "embedding", 20) == {"embedding": 100}


def test_shares_of_facets_that_a_shop_lacks_go_to_the_vectors() -> None:
    assert similarity_weights.known({"embedding": 50, "colour": 50}, ("embedding", "category")) == {
        "embedding": 100, "category": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "embedding", "embedding:x", "embedding:50", "a:150,b:-50", ":100", "a:50,a:50", "a:50:50"]
)
def test_a_link_with_other_weights_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)

"""What is suppressed stays so: closed forms, and an attack that knows nothing of how it was chosen."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import InputError
from engine.fairness import Ledger, disclosed, pseudonyms, read_key, read_ledger, releasable, write_ledger
from engine.fairness.pseudonyms import VARIABLE
from tests.fairness.attack import fewest_worked_out

KEY = b"k" * 32


def one_hot(codes: np.ndarray) -> np.ndarray:
    return np.stack([codes == g for g in range(int(codes.max()) + 1)])


def tell(codes: np.ndarray, before: np.ndarray | None = None, threshold: int = 11) -> list[bool]:
    none = np.zeros((0, len(codes)), dtype=bool)
    everybody = np.ones(len(codes), dtype=bool)
    return releasable(one_hot(codes), everybody, none if before is None else before, threshold).tolist()


def sized(*sizes: int) -> np.ndarray:
    return np.repeat(np.arange(len(sizes)), sizes)


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    assert tell(sized(5, 46, 60, 100)) == [False, False, True, True]


def test_two_small_groups_hide_each_other_if_they_are_enough_together() -> None:
    assert tell(sized(5, 6, 60, 100)) == [False, False, True, True]
    assert tell(sized(5, 5, 60, 100)) == [False, False, False, True]


def test_nothing_is_hidden_without_need_and_all_where_the_whole_is_too_small() -> None:
    assert tell(sized(11, 30)) == [True, True]
    assert tell(sized(5, 30)) == [False, False]
    assert tell(sized(3, 7)) == [False, False]


def test_a_difference_of_two_audits_is_seen() -> None:
    everybody = np.ones((1, 100), dtype=bool)
    without_three = everybody.copy()
    without_three[0, :3] = False
    assert disclosed(np.concatenate([everybody, without_three]), 11)
    assert not releasable(without_three, without_three[0], everybody, 11).any()
    without_many = np.arange(100) >= 11
    assert releasable(without_many[None], without_many, everybody, 11).all()


def test_three_sets_that_only_together_tell() -> None:
    """A ∪ B ∪ rest is told, so are A and B: the rest of 4 is what is left, though no two sets differ by so few."""
    a, b = np.arange(64) < 30, (np.arange(64) >= 30) & (np.arange(64) < 60)
    whole = np.ones(64, dtype=bool)
    assert not disclosed(np.stack([whole, a]), 11)
    assert disclosed(np.stack([whole, a, b]), 11)


def test_a_square_of_small_cells_is_safe_only_while_a_margin_is_hidden() -> None:
    """Cells 5, 20 / 20, 20: with all margins any one cell tells the other three."""
    cells = one_hot(sized(5, 20, 20, 20))
    rows, columns = [cells[:2].any(axis=0), cells[2:].any(axis=0)], [cells[::2].any(axis=0), cells[1::2].any(axis=0)]
    assert not disclosed(np.array(rows + columns), 11)
    assert disclosed(np.array([*rows, *columns, cells[3]]), 11)


tables = st.tuples(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=12, max_size=60), st.integers(2, 12)
)


@given(tables)
def test_no_combination_of_what_is_told_rests_on_too_few(table: tuple[list[tuple[int, int]], int]) -> None:
    pairs, threshold = table
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    sets = np.concatenate([one_hot(a), one_hot(b), one_hot(a * 3 + b)])
    everybody = np.ones(len(a), dtype=bool)
    chosen = releasable(sets, everybody, np.zeros((0, len(a)), dtype=bool), threshold)
    told = np.concatenate([everybody[None], sets[chosen]]) if chosen.any() else np.zeros((0, len(a)), dtype=bool)
    assert fewest_worked_out(told) >= threshold


@given(tables)
def test_made_again_after_another_audit_it_tells_the_same(table: tuple[list[tuple[int, int]], int]) -> None:
    pairs, threshold = table
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    first = np.array(tell(a, threshold=threshold))
    told = np.concatenate([np.ones((1, len(a)), dtype=bool), one_hot(a)[first]]) if first.any() else one_hot(a)[first]
    second = np.array(tell(b, told, threshold))
    both = np.concatenate([told, one_hot(b)[second]])
    assert tell(a, both, threshold) == first.tolist()
    assert fewest_worked_out(both) >= threshold


def test_the_ledger_keeps_sets_of_people_whatever_their_order(tmp_path: Path) -> None:
    ledger = Ledger().adding({"ild": np.array([[True, True, False]])}, ["a", "b", "c"], 11)
    ledger = ledger.adding({"ild": np.array([[True, False], [False, True]])}, ["d", "b"], 5)
    write_ledger(tmp_path / "told.json", ledger, KEY)
    back = read_ledger(tmp_path / "told.json", KEY)
    assert back.threshold == 5
    sets, others = back.before("ild", ["b", "a"])
    assert others == 2
    assert sorted(map(tuple, sets.tolist())) == [
        (False, False, False, True), (True, False, False, False), (True, True, False, False),
    ]  # fmt: skip
    assert back.adding({"ild": np.array([[True, False]])}, ["b", "a"], 11).released["ild"].shape == (3, 4)
    assert back.before("ndcg", ["b"])[0].shape == (0, 4)
    assert (tmp_path / "told.json").stat().st_mode & 0o077 == 0


def test_a_ledger_with_another_key_or_broken_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "told.json"
    write_ledger(path, Ledger(("a",), {"ild": np.array([[True]])}, 11), KEY)
    with pytest.raises(InputError, match="another key"):
        read_ledger(path, b"z" * 32)
    path.write_text(path.read_text(encoding="utf-8").replace('"people"', '"persons"'), encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read_ledger(path, KEY)


def test_pseudonyms_are_hmacs_and_need_the_key() -> None:
    """The value is that of: printf shopper:7 | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"""
    found = pseudonyms(["7", "007"], KEY)
    assert found[0] != found[1]
    assert found[0] == "2e2259fb80e0504852d1ee591860fd88"
    assert found != pseudonyms(["7", "007"], b"z" * 32)


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    path = tmp_path / "key"
    key = read_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path) == key
    assert len(key) >= 32
    os.chmod(path, 0o644)  # noqa: PTH101
    with pytest.raises(InputError, match="others can read"):
        read_key(path)
    monkeypatch.setenv(VARIABLE, "s" * 40)
    assert read_key(path) == b"s" * 40
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(InputError, match="5 bytes"):
        read_key(path)


def test_ledgers_that_kept_dates_apart_are_read_as_one(tmp_path: Path) -> None:
    people = [f"p{number}" for number in range(30)]
    one, two = np.ones((1, 30), dtype=bool), (np.arange(30) < 20)[None]
    old = Ledger().adding({"ndcg since 2017-12-04, all": one, "ndcg since 2017-12-05, new": two}, people, 11)
    write_ledger(tmp_path / "told.json", old, KEY)
    sets, others = read_ledger(tmp_path / "told.json", KEY).before("ndcg", people)
    assert others == 0
    assert {row.tobytes() for row in sets} == {one.tobytes(), two.tobytes()}

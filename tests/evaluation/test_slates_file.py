"""Slates files: what goes out comes back, and bad ones are refused where they are bad."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.bench.bench import Bench
from engine.data import InputError
from engine.evaluation.relevance_floor import capped
from engine.evaluation.slates_file import read_slates, slates_table, write_slates
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

STRATEGY = Strategy(method="mmr", diversity=0.5, pool=50)


def test_round_trip(bench: Bench, tmp_path: Path) -> None:
    table = slates_table(bench, STRATEGY)
    write_slates(tmp_path / "s.parquet", table, bench, STRATEGY)
    back = read_slates(tmp_path / "s.parquet", bench.data)
    np.testing.assert_array_equal(back.users, bench.users)
    np.testing.assert_array_equal(back.items, make_slates(bench, STRATEGY).items)
    assert back.note.eligible == len(bench.model.items)
    assert back.note.until == bench.card["until"]


def test_the_note_says_what_a_floor_allowed(bench: Bench, tmp_path: Path) -> None:
    floored = capped(bench, STRATEGY.at(floor={"metric": "ndcg", "keep": 0.9}))
    write_slates(tmp_path / "s.parquet", slates_table(bench, floored), bench, floored)
    note = read_slates(tmp_path / "s.parquet", bench.data).note.model_dump()
    assert note["floor"]["diversity"] >= note["strategy"]["diversity"] == floored.diversity
    assert note["floor"]["sure"] >= note["strategy"]["floor"]["keep"] == 0.9


def test_scores_are_the_models_own(bench: Bench) -> None:
    table = slates_table(bench, STRATEGY, np.array([4]))
    raw = bench.model.score(bench.users[[4]], "all")[0]
    rows = bench.data.items.set_index("item_id").index.get_indexer(table["item_id"])
    np.testing.assert_allclose(table["score"], raw[np.searchsorted(bench.model.items, rows)], rtol=1e-5)
    assert table["rank"].tolist() == list(range(1, 11))


def test_each_place_says_why(bench: Bench) -> None:
    """The closest product above, looked up plainly, and the rule that the re-ranker recorded, counted from 1."""
    ids = bench.data.items["item_id"]
    pinned = ids.iat[int(bench.candidates("for_you", 50).items[4, 30])]
    asked = {
        "constraints": [{"facet": "category", "max": 1}],
        "rules": [{"kind": "pin", "item_id": pinned, "position": 2}],
    }
    chosen = Strategy.checked(STRATEGY.model_dump() | asked, "test")
    table, slates = slates_table(bench, chosen, np.array([4])), make_slates(bench, chosen, np.array([4]))
    items, unit = slates.items[0], bench.vectors("text")
    assert pd.isna(table["nearest"][0])
    for slot in range(1, len(items)):
        above = items[:slot]
        assert table["nearest"][slot] in ids.iloc[above].tolist()
        near = int(np.flatnonzero(ids == table["nearest"][slot])[0])
        assert unit[near] @ unit[items[slot]] >= (unit[above] @ unit[items[slot]]).max() - 1e-5
    assert table["rule"].dtype == "Int32" and table["item_id"][1] == pinned and table["rule"][1] == 2
    for slot, (rule, instead) in enumerate(zip(table["rule"], table["instead"], strict=True)):
        assert pd.isna(rule) == (slates.rule[0, slot] < 0) and pd.isna(instead) == (slates.instead[0, slot] < 0)
        assert pd.isna(rule) or rule == slates.rule[0, slot] + 1
        assert pd.isna(instead) or instead == ids.iat[slates.instead[0, slot]]
    assert slates_table(bench, STRATEGY, np.array([4]))[["rule", "instead"]].isna().all().all()


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"item_id": "nothing"}, "item_id"),
        ({"user_id": "nobody"}, "user_id"),
        ({"rank": 0}, "rank"),
        ({"rank": 2}, "rank"),
    ],
)
def test_a_bad_row_is_located(bench: Bench, tmp_path: Path, change: dict[str, object], column: str) -> None:
    table = slates_table(bench, STRATEGY, np.array([0])).astype({"rank": "int64"})
    for name, value in change.items():
        table.loc[0, name] = value
    table.to_parquet(tmp_path / "bad.parquet")
    with pytest.raises(InputError) as refused:
        read_slates(tmp_path / "bad.parquet", bench.data)
    assert refused.value.problems[0].column == column
    assert refused.value.problems[0].line in (1, 2)


def test_a_missing_column_and_a_broken_file(bench: Bench, tmp_path: Path) -> None:
    pd.DataFrame({"user_id": ["1"], "item_id": ["2"]}).to_parquet(tmp_path / "no_rank.parquet")
    with pytest.raises(InputError, match="rank"):
        read_slates(tmp_path / "no_rank.parquet", bench.data)
    (tmp_path / "broken.parquet").write_bytes(b"not parquet")
    with pytest.raises(InputError, match="Parquet"):
        read_slates(tmp_path / "broken.parquet", bench.data)

"""The same lists in every format, and with what made them where the format can say it."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.bench.bench import Bench
from engine.evaluation.slates_file import read_slates, slates_table
from engine.exports.slates import SLATES, slates
from engine.exports.tables import undone
from engine.strategy.strategy import Strategy

HIDE = {"kind": "hide", "facet": "brand", "value": "Private", "starts": "2020-01-01"}
STRATEGY = Strategy.checked({"method": "mmr", "diversity": 0.5, "pool": 50, "rules": [HIDE]}, "here")


@pytest.mark.parametrize("rows", [None, np.array([3, 1])])
def test_every_format_holds_the_same_lists(bench: Bench, tmp_path: Path, rows: np.ndarray | None) -> None:
    table = slates_table(bench, STRATEGY, rows)
    text = dict.fromkeys(("user_id", "item_id", "nearest", "instead"), str)
    csv = pd.read_csv(io.BytesIO(slates("csv", bench, STRATEGY, rows)), dtype=text)
    csv["item_id"], csv["user_id"] = csv["item_id"].map(undone), csv["user_id"].map(undone)
    pd.testing.assert_frame_equal(csv.astype({"rule": "Int32"}), table, check_dtype=False, rtol=1e-5)
    (tmp_path / "s.parquet").write_bytes(slates("parquet", bench, STRATEGY, rows))
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "s.parquet"), table)
    content = json.loads(slates("json", bench, STRATEGY, rows))
    told = pd.DataFrame(content["slates"]).astype(table.dtypes.to_dict())
    pd.testing.assert_frame_equal(told, table, check_dtype=False, rtol=1e-5)
    back = read_slates(tmp_path / "s.parquet", bench.data)
    assert content["note"] == back.note.model_dump(exclude_unset=True)
    assert Strategy.checked(content["note"]["strategy"], "note") == STRATEGY
    assert len(back.users) == (len(bench.users) if rows is None else 2)


def test_a_score_the_model_does_not_have_is_null(bench: Bench) -> None:
    table = slates_table(bench, STRATEGY)
    table.loc[0, "score"] = np.nan  # as where a product is pinned that came after the model
    assert json.loads(SLATES["json"][0](table, bench, STRATEGY, None))["slates"][0]["score"] is None
    assert pd.read_csv(io.BytesIO(SLATES["csv"][0](table, bench, STRATEGY, None)))["score"].isna().iloc[0]

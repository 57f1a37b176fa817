"""Policies suggested from a log: what counts as settled, which goods are which, and what the command writes."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.data import Dataset, InputError
from engine.diagnosis.suggested_policies import PERSONAL, STANDARD, settled_shares, suggested_policies
from engine.slates.effective_lambdas import effective_lambdas
from engine.strategy.strategy import Strategy
from tests.fixtures import shops

Line = tuple[int, int, int]


def frame(lines: list[Line]) -> pd.DataFrame:
    """Purchases of a shopper, an item, a day."""
    table = pd.DataFrame(lines, columns=["user", "item", "day"])
    days = pd.to_timedelta(table["day"].astype(int), unit="D")
    return pd.DataFrame({"user": table["user"].astype(int), "item": table["item"].astype(int),
                         "timestamp": pd.Timestamp("2017-01-01") + days})  # fmt: skip


def test_by_hand() -> None:
    codes = np.array([0, 0, 1, 1, -1])
    lines = [(0, 0, 1), (0, 1, 1), (0, 0, 2), (0, 0, 2), (0, 1, 3), (1, 0, 5), (1, 1, 6),
             (0, 2, 1), (0, 3, 2), (0, 3, 3), (2, 4, 1), (2, 4, 2)]  # fmt: skip
    shares, counted = settled_shares(frame(lines), codes, 3)
    # Type 0: shopper 0 comes back with item 0 and item 1, both had; shopper 1 comes back with item 1, new to them.
    # Type 1: item 3 is new to shopper 0 on day 2 and had on day 3.
    np.testing.assert_allclose(shares, [2 / 3, 1 / 2, np.nan])
    assert counted.tolist() == [3, 2, 0]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 6)), max_size=60),
       st.lists(st.integers(-1, 2), min_size=6, max_size=6))  # fmt: skip
def test_it_is_what_a_loop_counts(lines: list[Line], codes: list[int]) -> None:
    counted, known = [0, 0, 0], [0, 0, 0]
    for user, item, day in set(lines):
        kind = codes[item]
        earlier = [(i, d) for u, i, d in lines if u == user and d < day]
        if kind >= 0 and any(codes[i] == kind for i, _ in earlier):
            counted[kind] += 1
            known[kind] += any(i == item for i, _ in earlier)
    shares, found = settled_shares(frame(lines), np.array(codes), 3)
    assert found.tolist() == counted
    np.testing.assert_allclose(shares, [k / n if n else np.nan for k, n in zip(known, counted, strict=True)])


def test_goods_are_divided_by_the_shops_own_share(bench: Bench) -> None:
    found = suggested_policies(bench)
    standard, personal = found.policies
    assert (standard.name, personal.name, found.facet) == (STANDARD, PERSONAL, "category")
    share = dict(zip(found.types, found.settled, strict=True))
    groups = [set(policy.model_dump()["values"]) for policy in found.policies]
    assert all(share[name] > found.overall for name in groups[0])
    assert all(share[name] <= found.overall for name in groups[1])
    assert groups[0] | groups[1] == {name for name in found.types if not np.isnan(share[name])}
    assert {name for name, n in zip(found.types, found.counted, strict=True) if n < 100} == {
        name for name in found.types if np.isnan(share[name])
    }
    assert dict(standard.facet_weights or ()) == pytest.approx({"embedding": 0.4, "brand": 0.3, "provider": 0.3})
    assert dict(personal.facet_weights or ()) == pytest.approx({"embedding": 0.4, "category": 0.3, "price": 0.3})
    strategy = Strategy.checked({"method": "mmr", "diversity": 0.3, "overrides": {
        "policies": [policy.model_dump(mode="json") for policy in found.policies]}}, "s.json")  # fmt: skip
    acting = effective_lambdas(bench, strategy, [0.3]).policies
    assert {0, 1} <= set(acting.tolist())
    with pytest.raises(InputError, match="a shop with a log"):
        suggested_policies(CatalogueBench(shops.catalogue()))


def test_what_the_command_writes_can_be_used(
    bench: Bench, shop: tuple[Dataset, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told, path, out = tmp_path / "p.json", tmp_path / "s.json", tmp_path / "o.parquet"
    folder = str(shop[1])
    assert main(["policies", "--data", folder, "--model", "blend", "--json", str(told)]) == 0
    assert "personal goods: 16 of 103" in capsys.readouterr().out
    content = json.loads(told.read_text())
    assert len(content["types"]) == 103 and 0 < content["overall"] < 1
    content["overrides"]["guard"] = {"key": "narrowing", "least": 0.9}
    path.write_text(json.dumps({"method": "mmr", "diversity": 0.3, "k": 6, "overrides": content["overrides"]}))
    call = ["rerank", "--data", folder, "--model", "blend", "--strategy", str(path), "--out", str(out)]
    assert main(call) == 0
    said = capsys.readouterr().out
    assert "policy personal goods: " in said and "guard on narrowing: lifts " in said
    table = pd.read_parquet(out)
    assert table["diversity"].between(0.3, 1).all() and table["user_id"].nunique() == len(bench.users)
    content["overrides"]["policies"][0]["values"].append("Gold")
    path.write_text(json.dumps({"method": "mmr", "diversity": 0.3, "overrides": content["overrides"]}))
    assert main([*call, "--json", str(told)]) == 2
    assert json.loads(told.read_text())[0]["column"] == "overrides.policies.0.values"

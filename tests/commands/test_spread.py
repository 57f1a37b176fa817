"""Spread by command: rows of evaluate at every σ, the file of prices, a floor that lowers λ and σ together."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.data import Dataset
from engine.evaluation.relevance_floor import capped
from engine.slates.crowding import crowding
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

FIELDS = {"method": "mmr", "diversity": 0.3, "pool": 60, "spread": 0.5}
Shop = tuple[Dataset, Path]


def test_rows_of_evaluate_name_their_spread(shop: Shop, bench: Bench, tmp_path: Path) -> None:
    out = tmp_path / "rows.json"
    command = f"evaluate --data {shop[1]} --model blend --diversity 0.3 --spread 0:0.5:0.5 --json {out}"
    assert main(command.split()) == 0
    rows = [row for row in json.loads(out.read_text()) if row["scope"] == "all" and row["metric"] == "coverage"]
    strategy = Strategy(method="mmr", diversity=0.3)
    for row, spread in zip(rows, (0.0, 0.5), strict=True):
        items = make_slates(bench, strategy.at(spread=spread)).items
        assert row["spread"] == spread
        assert row["value"] == pytest.approx(len(np.unique(items[items >= 0])) / len(bench.model.items))


def test_the_prices_are_written_beside_the_lists_and_serve_some_shoppers_as_all(
    shop: Shop, bench: Bench, tmp_path: Path
) -> None:
    (tmp_path / "s.json").write_text(json.dumps(FIELDS))
    few = bench.names()[[5, 2]]
    (tmp_path / "few.txt").write_text("\n".join(few))
    base = f"rerank --data {shop[1]} --model blend --strategy {tmp_path}/s.json"
    assert main(f"{base} --out {tmp_path}/all.parquet --crowding {tmp_path}/prices.parquet".split()) == 0
    assert main(f"{base} --out {tmp_path}/few.parquet --users {tmp_path}/few.txt".split()) == 0
    everyone, some = (pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("all", "few"))
    wanted = everyone[everyone["user_id"].isin(few)].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, wanted)
    prices = pd.read_parquet(tmp_path / "prices.parquet").set_index("item_id")
    counts = everyone["item_id"].value_counts()
    assert (prices["slots"].reindex(counts.index) == counts).all()
    outcome = crowding(bench, Strategy.model_validate(FIELDS))
    assert outcome is not None and prices["price"].max() == pytest.approx(outcome.lists.prices.max())


def test_prices_without_spread_are_refused(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s.json").write_text(json.dumps(FIELDS | {"spread": 0}))
    command = f"rerank --data {shop[1]} --model blend --strategy {tmp_path}/s.json --out {tmp_path}/a.parquet"
    assert main(f"{command} --crowding {tmp_path}/p.parquet".split()) == 2
    assert "without spread no product has a price" in capsys.readouterr().err
    assert not (tmp_path / "a.parquet").exists()


@pytest.mark.parametrize("diversity", [0.0, 0.4])
def test_a_floor_lowers_both_in_proportion(bench: Bench, diversity: float) -> None:
    strategy = Strategy.model_validate(FIELDS | {"diversity": diversity, "floor": {"metric": "ndcg", "keep": 0.995}})
    used = capped(bench, strategy)
    assert used.spread < 0.5 and used.diversity == pytest.approx(diversity * used.spread / 0.5)
    generous = strategy.at(floor={"metric": "ndcg", "keep": 0.01})
    assert capped(bench, generous) == generous

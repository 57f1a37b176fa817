"""`python -m engine crowding`: what it finds, says, writes and refuses."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.data import Dataset
from engine.slates.crowding import crowding
from engine.slates.crowding_files import FOLDER
from engine.strategy.strategy import Strategy
from engine.training.training import fit
from tests.fixtures.shops import catalogue, journey

FIELDS: dict[str, Any] = {"method": "mmr", "diversity": 0.0, "k": 7, "pool": 60, "spread": 0.5}


@pytest.fixture
def folder(shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path) -> Path:
    """A shop of its own, with a model."""
    place = tmp_path / "own"
    shop[0].save(place)
    fit("popularity", place, shop[0], bench.card["until"])
    return place


def call(folder: Path, fields: dict[str, Any], *more: str) -> list[str]:
    strategy = folder.parent / "strategy.json"
    strategy.write_text(json.dumps(fields))
    model = ["--model", "popularity"] if (folder / "models").exists() else []
    return ["crowding", "--data", str(folder), *model, "--strategy", str(strategy), *more]


def test_prices_are_found_once_and_those_of_other_rules_compared(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, record = tmp_path / "prices.parquet", tmp_path / "found.json"
    options = ("--out", str(out), "--json", str(record))
    assert main(call(folder, FIELDS, *options)) == 0
    captured = capsys.readouterr()
    assert "rerank.crowding" in captured.err
    lines = captured.out.splitlines()
    table = pd.read_parquet(out)
    dearest = table.sort_values("price", ascending=False, kind="stable").head(10)
    assert lines[0].startswith("for_you: λ 0, σ 0.5, ")
    assert lines[1].startswith(f"{(table['price'] > 0).sum():,} of ")
    assert lines[2].endswith("(proven)") and lines[-1] == "nothing stored earlier for this strategy to compare with"
    shown = lines[3:-1]
    assert len(shown) == 10
    for line, row in zip(shown, dearest.itertuples(), strict=True):
        assert line.split()[0] == f"{row.price:.3f}" and f"{row.slots:,} slots" in line
    found = json.loads(record.read_text())
    assert found["priced"] == (table["price"] > 0).sum() and found["drift"] is None and found["proven"]
    assert found["products"][0]["item_id"] == dearest["item_id"].iloc[0]
    assert len(list((folder / FOLDER).glob("*.parquet"))) == 1

    assert main(call(folder, FIELDS, *options)) == 0
    again = capsys.readouterr()
    assert again.out == captured.out and "rerank.crowding" not in again.err, "they are stored"
    assert main(call(folder, FIELDS, "--refresh", *options)) == 0
    assert "rerank.crowding" in capsys.readouterr().err
    pd.testing.assert_frame_equal(pd.read_parquet(out), table, check_exact=True)

    limit = {"facet": "category", "max": 1, "window": 3}
    assert main(call(folder, FIELDS | {"constraints": [limit]}, *options)) == 0
    captured = capsys.readouterr()
    assert "(an estimate)" in captured.out
    drift = json.loads(record.read_text())["drift"]
    before, now = (each.set_index("item_id")["slots"] for each in (table, pd.read_parquet(out)))
    both = pd.concat([before, now], axis=1).fillna(0).to_numpy()
    assert drift["moved"] == pytest.approx(np.maximum(both[:, 1] - both[:, 0], 0).sum() / both[:, 1].sum())
    assert drift["causes"] == ["rules"] and drift["since"] == found_at(captured.out)
    assert f"{drift['moved']:.1%} of slots have moved since" in captured.out and "(other rules hold)" in captured.out
    assert captured.out.count(" slots before, ") == len(drift["products"]) > 0


def found_at(said: str) -> str:
    return next(line for line in said.splitlines() if "have moved since" in line).split(" since ")[1].split(" (")[0]


def test_rerank_stores_what_it_uses_and_the_command_finds_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = call(folder, FIELDS)[1:]
    assert main(["rerank", *words, "--out", str(tmp_path / "a.parquet")]) == 0
    assert len(list((folder / FOLDER).glob("*.parquet"))) == 1
    capsys.readouterr()
    assert main(["crowding", *words]) == 0
    assert "rerank.crowding" not in capsys.readouterr().err


def test_evaluate_reads_prices_and_stores_none(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = call(folder, FIELDS)[1:]
    evaluate = ["evaluate", *words, "--json", str(tmp_path / "rows.json")]
    assert main(evaluate) == 0
    assert not (folder / FOLDER).exists() and "rerank.crowding" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (FIELDS | {"spread": 0}, "without spread no product has a price"),
        (FIELDS | {"surface": "similar"}, "this shop has no such lists"),
        (FIELDS | {"spread": 2}, "spread"),
    ],
)
def test_what_has_no_prices_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], fields: dict[str, Any], says: str
) -> None:
    assert main(call(folder, fields)) == 2
    assert says in capsys.readouterr().err


def test_at_lambda_1_no_product_has_a_price(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(call(folder, FIELDS | {"diversity": 1.0})) == 0
    assert "at λ 1 and σ 0.5 no product has a price" in capsys.readouterr().out


def test_a_catalogue_needs_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "catalogue"
    catalogue().save(place)
    assert main(call(place, FIELDS | {"surface": "similar", "k": 4, "pool": 30})) == 0
    said = capsys.readouterr().out
    assert said.startswith("similar: λ 0, σ 0.5, ") and "shopper" not in said
    assert len(list((place / FOLDER).glob("*.parquet"))) == 1


def test_the_prices_are_those_of_the_engine(folder: Path, tmp_path: Path, bench: Bench) -> None:
    out = tmp_path / "p.parquet"
    assert main(call(folder, FIELDS, "--out", str(out))) == 0
    table = pd.read_parquet(out).set_index("item_id")
    from engine.training.training import load_or_train

    data = journey()
    own = Bench(data, *load_or_train("popularity", folder, data, bench.card["until"]))
    outcome = crowding(own, Strategy.checked(FIELDS, "test"))
    assert outcome is not None
    expected = pd.Series(outcome.lists.prices, own.history.items["item_id"])
    assert (table["price"] == expected.reindex(table.index)).all() and table["price"].max() == expected.max()

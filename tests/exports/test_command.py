"""`python -m engine export`: what it writes, says and refuses."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.data import Dataset
from engine.evaluation.relevance_floor import own_floor_test
from engine.evaluation.slates_file import read_slates
from engine.exports import TARGETS
from engine.slates.crowding import crowding_prices
from engine.slates.crowding_files import FOLDER
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy, read_strategy

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")


@pytest.fixture
def strategy(tmp_path: Path) -> Path:
    path = tmp_path / "strategy.json"
    path.write_text(json.dumps({"method": "mmr", "diversity": 0.3, "k": 5}))
    return path


def test_the_docs_show_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("strategy.json").write_text(re.findall(r"`(\{\"method[^`]*\})`", DOCS)[0])
    (block,) = re.findall(r"```\n\$ python -m engine (.*?)```", DOCS, flags=re.S)
    command, told = block.split("\n", 1)
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out == told


def test_everything_at_once(shop: tuple[Dataset, Path], bench: Bench, strategy: Path, tmp_path: Path) -> None:
    out, record = tmp_path / "out", tmp_path / "record.json"
    kinds = ["csv", "parquet", "json", *TARGETS]
    options = ["--data", str(shop[1]), "--model", "blend", "--strategy", str(strategy), "--field", "v"]
    assert main(["export", *options, "--to", ",".join(kinds), "--out", str(out), "--json", str(record)]) == 0
    names = {f"slates.{kind}" for kind in kinds[:3]} | {f"{target}.json" for target in TARGETS}
    assert {file.name for file in out.iterdir()} == names | {"manifest.json"}
    assert read_strategy(out / "strategy.json") == read_strategy(strategy)
    slates = read_slates(out / "slates.parquet", shop[0])
    np.testing.assert_array_equal(slates.items, make_slates(bench, Strategy(method="mmr", diversity=0.3, k=5)).items)
    assert len(pd.read_csv(out / "slates.csv")) == (slates.items >= 0).sum()
    assert json.loads((out / "qdrant.json").read_text())["using"] == "v"
    told = json.loads(record.read_text())
    assert set(told) == set(TARGETS)
    assert {note["key"] for note in told["qdrant"]["lost"]} >= {"relevance", "minmax"}
    assert all(note["words"] for each in told.values() for note in each["lost"] + each["needs"])


def test_other_systems_get_the_level_the_floor_allows(shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path) -> None:
    fields = {"method": "mmr", "diversity": 1.0, "k": 5, "floor": {"metric": "ndcg", "keep": 0.9}}
    (tmp_path / "floor.json").write_text(json.dumps(fields))
    options = ["--data", str(shop[1]), "--model", "blend", "--strategy", str(tmp_path / "floor.json")]
    assert main(["export", *options, "--to", "opensearch,strategy", "--out", str(tmp_path / "out")]) == 0
    found = own_floor_test(bench, Strategy.checked(fields, "here"))
    assert found is not None and found.diversity < 1
    body = json.loads((tmp_path / "out" / "opensearch.json").read_text())
    assert body["ext"]["mmr"]["diversity"] == found.diversity
    assert json.loads((tmp_path / "out" / "strategy.json").read_text())["diversity"] == 1.0


def test_prices_are_exported_beside_the_settings(shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path) -> None:
    fields = {"method": "mmr", "diversity": 0.0, "k": 5, "pool": 60, "spread": 0.5}
    (tmp_path / "s.json").write_text(json.dumps(fields))
    options = ["--data", str(shop[1]), "--model", "blend", "--strategy", str(tmp_path / "s.json"), "--span", "0.4"]
    assert main(["export", *options, "--to", "crowding,qdrant,pairec", "--out", str(tmp_path / "out")]) == 0
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert names == {"crowding.parquet", "crowding.jsonl", "qdrant.json", "pairec.json", "manifest.json"}
    prices = pd.read_parquet(tmp_path / "out" / "crowding.parquet").set_index("item_id")["evenshelf_price"]
    expected = crowding_prices(bench, Strategy.checked(fields, "here"))
    assert expected is not None and (prices.to_numpy() == expected).all() and prices.max() > 0
    formula = json.loads((tmp_path / "out" / "qdrant.json").read_text())["prefetch"]["query"]["formula"]
    assert formula == {"sum": ["$score", {"mult": [-0.4, "evenshelf_price"]}]}
    boost = json.loads((tmp_path / "out" / "pairec.json").read_text())["SortConfs"][1]
    assert boost["BoostScoreConditions"][0]["Expression"] == "score - 0.4 * evenshelf_price"


def test_prices_of_exported_lists_are_stored(shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(
        json.dumps({"method": "mmr", "diversity": 0.2, "k": 5, "pool": 60, "spread": 0.35})
    )
    before = set((shop[1] / FOLDER).glob("*.parquet"))
    options = ["--data", str(shop[1]), "--model", "blend", "--strategy", str(tmp_path / "s.json")]
    assert main(["export", *options, "--to", "csv", "--out", str(tmp_path / "out")]) == 0
    assert len(set((shop[1] / FOLDER).glob("*.parquet")) - before) == 1


def test_prices_need_spread_and_a_model(
    shop: tuple[Dataset, Path], strategy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["export", "--strategy", str(strategy), "--to", "crowding", "--out", str(tmp_path / "out")]
    assert main([*call, "--data", str(shop[1]), "--model", "blend"]) == 2
    assert "without spread no product has a price" in capsys.readouterr().err
    strategy.write_text(json.dumps({"method": "mmr", "diversity": 0.3, "spread": 0.2}))
    assert main(call) == 2
    assert "give --data and --model" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "column"),
    [
        (["--to", "solr"], "to"),
        (["--to", ""], "to"),
        (["--to", "csv"], None),
        (["--to", "csv", "--data", "sample"], None),
        (["--to", "qdrant", "--span", "3"], None),
        (["--to", "qdrant", "--field", ""], None),
    ],
)
def test_bad_wishes_are_refused_and_nothing_is_written(
    strategy: Path, tmp_path: Path, options: list[str], column: str | None
) -> None:
    problems = tmp_path / "p.json"
    call = ["export", "--strategy", str(strategy), "--out", str(tmp_path / "out"), "--json", str(problems), *options]
    assert main(call) == 2
    (problem,) = json.loads(problems.read_text())
    assert problem["column"] == column
    assert problem["fix"]
    assert not (tmp_path / "out").exists()


def test_a_floor_needs_a_model(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text('{"method": "mmr", "diversity": 0.3, "floor": {"metric": "ndcg", "keep": 0.9}}')
    call = ["export", "--strategy", str(tmp_path / "f.json"), "--to", "qdrant", "--out", str(tmp_path / "out")]
    assert main(call) == 2

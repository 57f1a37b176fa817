"""`python -m engine advise`: the pair that the engine advises, in words and as JSON, and what it refuses."""

import json
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.data import Dataset
from engine.evaluation.pairs.advised_pair import advised_pair
from engine.strategy.strategy import Floor, Strategy

FLOOR = Floor(metric="ndcg", keep=0.5, against="plain")


def test_it_names_the_pair_of_the_engine(
    shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strategy = Strategy(method="mmr", diversity=0.2, k=7, pool=60, surface="new", floor=FLOOR)
    expected = advised_pair(bench, strategy)
    assert expected is not None
    (tmp_path / "s.json").write_text(strategy.at(diversity=0.6, floor=None).model_dump_json())
    call = ["advise", "--data", str(shop[1]), "--model", "blend", "--strategy", str(tmp_path / "s.json")]
    assert main([*call, "--floor", "ndcg:0.5:plain", "--json", str(tmp_path / "a.json")]) == 0
    record, said = json.loads((tmp_path / "a.json").read_text()), capsys.readouterr().out
    assert record["pair"] == list(expected.pair) and record["hoped"] == list(expected.hoped)
    assert record["kept"] == pytest.approx(list(expected.kept))
    assert record["before"] == expected.before and record["then"] == expected.then
    level, spread = expected.pair
    assert f"λ {level:g}, σ {spread:g}: surely keeps it, {expected.kept.value:.2%}" in said
    assert f"{expected.n_users} shoppers who did not choose it" in said
    assert ("to try live" in said) == (expected.hoped != expected.pair)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"normalize": "none"}, "raw scores give spread no scale"),
        ({"floor": {"metric": "ndcg", "keep": 0.9}, "rules": [{"kind": "hide", "item_id": "no"}]}, "no"),
    ],
)
def test_what_cannot_be_advised_is_refused(
    shop: tuple[Dataset, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], fields: dict, problem: str
) -> None:
    (tmp_path / "s.json").write_text(json.dumps({"method": "mmr", "diversity": 0.3, **fields}))
    call = ["advise", "--data", str(shop[1]), "--model", "blend", "--strategy", str(tmp_path / "s.json")]
    assert main(call) == 2
    assert problem in capsys.readouterr().err

"""What commands say before their long part."""

import json
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.commands.forecasts import duration, sentence
from tests.fixtures.shops import journey


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "less than 10 seconds"), (42, "about 40 seconds"), (130, "about 2 minutes"),
        (5_399, "about 90 minutes"), (9_000, "about 2.5 hours"),
    ],
)  # fmt: skip
def test_a_duration_has_no_more_digits_than_it_deserves(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_sentence_names_work_time_and_memory() -> None:
    told = sentence("training blend", 240, 3_000_000_000)
    assert told == "training blend takes about 4 minutes and about 3.0 GB of memory on this machine"


def test_prepare_train_and_rerank_say_it_before_they_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items, log, shop = tmp_path / "items.csv", tmp_path / "log.csv", tmp_path / "shop"
    items.write_text("item_id,title,category,price\na,Milk,Food,1\nb,Bread,Food,2\n", encoding="utf-8")
    log.write_text("user_id,item_id,timestamp,event\nu,a,2024-05-01,buy\nv,b,2024-05-02,buy\n", encoding="utf-8")
    assert main(["prepare", "--items", str(items), "--interactions", str(log), "--out", str(shop)]) == 0
    assert "reading and checking the files takes " in capsys.readouterr().err
    journey().save(tmp_path / "journey")
    arguments = ["--data", str(tmp_path / "journey"), "--model", "frequency"]
    assert main(["train", *arguments]) == 0
    assert "training frequency takes " in capsys.readouterr().err
    strategy = tmp_path / "strategy.json"
    strategy.write_text(json.dumps({"method": "mmr", "diversity": 0.3}), encoding="utf-8")
    assert main(["rerank", *arguments, "--strategy", str(strategy), "--out", str(tmp_path / "slates.parquet")]) == 0
    told = capsys.readouterr().err
    assert "lists takes " in told and " of memory on this machine" in told

"""`python -m engine search`: what it writes and says, and what it refuses."""

import json
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.data import Dataset
from engine.search import SearchRequest, open_index, search
from tests.fixtures.shops import catalogue


@pytest.fixture(scope="module")
def folder(home: Path) -> str:
    folder = home / "shops" / "search"
    catalogue().save(folder)
    return str(folder)


def test_it_writes_what_the_engine_finds(folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "search.json"
    call = [
        "search",
        "--data",
        folder,
        "--query",
        "blue dinning tables under 200 euro",
        "--k",
        "5",
        "--json",
        str(file),
    ]
    assert main([*call, "--diversity", "0.3"]) == 0
    record, said = json.loads(file.read_text(encoding="utf-8")), capsys.readouterr().out
    expected = search(open_index(catalogue()), SearchRequest("blue dinning tables under 200 euro", k=5))
    assert {"query", "corrected", "intents", "filters", "rows"} <= set(record)
    assert record["corrected"] == "blue dining tables under 200 euro" and "corrected   blue dining tables" in said
    assert record["filters"] == {
        "colour": ["blue"],
        "price": {"low": None, "high": 200.0, "low_included": True, "high_included": False},
    }
    assert {"rank", "item_id", "title", "score", "why"} <= set(record["rows"][0])
    assert [row["item_id"] for row in record["rows"]] == [row.item_id for row in expected.rows]
    assert sum(intent["p"] for intent in record["intents"]) == pytest.approx(1)
    assert "price below 200" in said and "colour: blue" in said and "λ           0.3, mmr" in said


def test_filters_pages_and_correction(folder: str, tmp_path: Path) -> None:
    def asked(*options: str) -> dict:
        assert main(["search", "--data", folder, *options, "--json", str(tmp_path / "s.json")]) == 0
        record: dict = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
        return record

    two = asked("--query", "lamp", "--filter", "colour=blue", "--filter", "colour=Oak", "--max-price", "300")
    assert two["filters"]["colour"] == ["blue", "oak"] and two["filters"]["price"]["high"] == 300
    assert asked("--query", "lampp", "--no-correction")["corrected"] is None
    pages = [asked("--query", "lamp", "--k", "5", "--page", page)["rows"] for page in ("1", "2")]
    ids = [row["item_id"] for page in pages for row in page]
    assert ids == [row["item_id"] for row in asked("--query", "lamp", "--k", "10")["rows"]]
    assert [row["rank"] for row in pages[1]] == [6, 7, 8, 9, 10]
    empty = asked("--query", "🍕")
    assert empty["rows"] == [] and empty["empty"] == "no_words" and empty["certainty"] == "unknown"


def test_results_for_one_shopper(shop: tuple[Dataset, Path], bench: object, tmp_path: Path) -> None:
    data, folder = shop
    user = str(data.users["user_id"].iloc[int(data.interactions["user"].iloc[0])])
    title = str(data.items["title"].iloc[data.eligible()[0]])
    call = ["search", "--data", str(folder), "--query", title, "--model", "blend", "--json", str(tmp_path / "s.json")]
    for weight in ("0", "1"):
        assert main([*call, "--user", user, "--personal", weight]) == 0
        assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["rows"]
    assert main([*call, "--user", "nobody"]) == 2
    assert main(call) == 2  # a model without a shopper


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--query", ""], "the query is empty"),
        (["--query", "a" * 10_000], "at most 300 are read"),
        (["--query", "lamp", "--diversity", "2"], "out of range"),
        (["--query", "lamp", "--method", "best"], "no such method"),
        (["--query", "lamp", "--filter", "colour"], "not a filter"),
        (["--query", "lamp", "--filter", "colour=none"], "no product has this colour"),
        (["--query", "lamp", "--page", "0"], "pages count from 1"),
    ],
)
def test_what_cannot_be_searched_is_refused(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], problem: str
) -> None:
    file = tmp_path / "problems.json"
    assert main(["search", "--data", folder, *options, "--json", str(file)]) == 2
    assert problem in capsys.readouterr().err
    assert {"file", "line", "column", "value", "problem", "fix"} <= set(json.loads(file.read_text())[0])

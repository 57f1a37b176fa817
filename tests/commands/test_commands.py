"""The command line: what it takes, what it refuses, and how it ends."""

import json
from pathlib import Path

import pandas as pd
import pytest

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.commands.evaluate import read_levels
from engine.commands.shared import read_date
from engine.data import Dataset, InputError
from engine.evaluation.relevance_kept import kept_shares
from engine.strategy.strategy import Strategy


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.3", [0.3]),
        ("0,0.3,1", [0, 0.3, 1]),
        ("0:1:0.5", [0, 0.5, 1]),
        ("0:0.5:0.3", [0, 0.3]),
        ("0:1:0.6", [0, 0.6]),
    ],
)
def test_lambda_values(text: str, values: list[float]) -> None:
    assert read_levels(text, "λ") == pytest.approx(values)


@pytest.mark.parametrize(
    "text", ["", "x", "1.2", "-0.1", "nan", "0:1", "0:1:0", "0:inf:0.1", "0:1:1e-9", "1:0:0.1", "0:2:1"]
)
def test_lambda_values_that_are_none(text: str) -> None:
    with pytest.raises(InputError, match="not a list of λ"):
        read_levels(text, "λ")


def test_dates_are_utc() -> None:
    assert str(read_date("2017-12-04T00:00+05:00")) == "2017-12-03 19:00:00"
    with pytest.raises(InputError, match="not a date"):
        read_date("04/12/2017")


def test_bad_input_ends_with_2_and_says_where(shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path) -> None:
    folder, problems = str(shop[1]), tmp_path / "p.json"
    strategy = tmp_path / "s.json"
    strategy.write_text('{"method": "mmr", "diversity": 0.3, "floor": {}}')
    bad_wishes = [
        ["--floor", "ndcg"], ["--floor", "ndcg:1.2"], ["--floor", "ild:0.9"], ["--target", "ild"],
        ["--target", "beauty:3"], ["--target", "ild:0.5", "--by", "history"], ["--floor", "ndcg:0.9", "--by", "shoe"],
        ["--floor", "ndcg:0.9", "--strategy", str(strategy), "--k", "5"], ["--floor", "ndcg:0.9", "--k", "0"],
        ["--floor", "ndcg:0.9", "--surface", "similar"],
    ]  # fmt: skip
    calls = [
        ["prepare", "--json", str(problems)],
        ["train", "--data", folder, "--model", "*", "--json", str(problems)],
        ["train", "--data", folder, "--model", "blend", "--use-promotions", "--json", str(problems)],
        ["train", "--data", folder, "--model", "hybrid", "--use-promotions", "--update", "--json", str(problems)],
        ["train", "--data", folder, "--model", "frequency", "--set", "half_life", "--json", str(problems)],
        ["train", "--data", folder, "--model", "frequency", "--set", "half_life=soon", "--json", str(problems)],
        ["train", "--data", folder, "--model", "frequency", "--set", "colour=red", "--json", str(problems)],
        ["train", "--data", str(tmp_path / "nothing"), "--model", "blend", "--json", str(problems)],
        ["evaluate", "--data", folder, "--model", "best", "--json", str(problems)],
        ["evaluate", "--data", folder, "--model", "blend", "--diversity", "7", "--json", str(problems)],
        ["evaluate", "--data", folder, "--model", "blend", "--k", "0", "--json", str(problems)],
        ["rerank", "--data", folder, "--model", "blend", "--strategy", str(strategy), "--out", str(tmp_path / "o"),
         "--json", str(problems)],
        ["metrics", "--data", folder, "--slates", str(strategy), "--json", str(problems)],
        *(["tune", "--data", folder, "--model", "blend", *wish, "--json", str(problems)] for wish in bad_wishes),
    ]  # fmt: skip
    for call in calls:
        problems.unlink(missing_ok=True)
        assert main(call) == 2, call
        found = json.loads(problems.read_text(encoding="utf-8"))
        assert set(found[0]) >= {"file", "line", "column", "value", "problem", "fix"}
        assert found[0]["problem"] and found[0]["fix"]


def test_rerank_then_metrics_equals_evaluate(shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path) -> None:
    folder, strategy = str(shop[1]), tmp_path / "s.json"
    strategy.write_text('{"method": "mmr", "diversity": 0.4, "k": 8, "pool": 60}')
    slates, told, rows = (str(tmp_path / name) for name in ("s.parquet", "m.json", "e.json"))
    until = bench.card["until"]
    assert main(["rerank", "--data", folder, "--model", "blend", "--strategy", str(strategy), "--out", slates]) == 0
    assert main(["metrics", "--data", folder, "--slates", slates, "--since", until, "--json", told]) == 0
    assert main(["evaluate", "--data", folder, "--model", "blend", "--strategy", str(strategy), "--json", rows]) == 0
    figures = json.loads(Path(told).read_text())
    checked = 0
    for row in json.loads(Path(rows).read_text()):
        if row["scope"] == "all" and not row["metric"].startswith("ndcg_kept"):
            assert figures[row["metric"]] == pytest.approx(row["value"], rel=1e-9, nan_ok=True), row["metric"]
            assert figures["n"][row["metric"]] == row["n_users"], row["metric"]
            checked += 1
    assert checked >= 25
    assert sum(figures["exposure:category"].values()) == pytest.approx(1)


def test_only_new_and_users(shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path) -> None:
    folder, strategy, users = str(shop[1]), tmp_path / "s.json", tmp_path / "u.txt"
    strategy.write_text('{"method": "mmr", "diversity": 0.4}')
    some = bench.history.users["user_id"].to_numpy()[bench.users[:3]].tolist()
    users.write_text("\n".join(some))
    out = str(tmp_path / "s.parquet")
    call = ["rerank", "--data", folder, "--model", "blend", "--strategy", str(strategy), "--out", out]
    assert main([*call, "--only-new", "--users", str(users)]) == 0
    table = pd.read_parquet(out)
    assert sorted(table["user_id"].unique()) == sorted(some)
    history = bench.history.positives()
    had = set(
        zip(
            bench.history.users["user_id"].to_numpy()[history["user"]],
            bench.history.items["item_id"].to_numpy()[history["item"]],
            strict=True,
        )
    )
    assert not had & set(zip(table["user_id"], table["item_id"], strict=True))


def test_homogenization_equals_evaluate_and_says_what_it_compared(
    shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path
) -> None:
    folder, told, rows = str(shop[1]), str(tmp_path / "h.json"), str(tmp_path / "e.json")
    call = ["--data", folder, "--model", "blend", "--method", "mmr", "--diversity", "0.4", "--k", "8"]
    assert main(["homogenization", *call, "--surface", "new", "--json", told]) == 0
    assert main(["evaluate", *call, "--json", rows]) == 0
    content = json.loads(Path(told).read_text())
    assert content["strategy"]["surface"] == "new" and content["reason"] is None
    assert content["yardstick"]["period"] == "held_out"
    evaluated = {row["metric"]: row for row in json.loads(Path(rows).read_text()) if row["scope"] == "new"}
    checked = 0
    for row in [*content["whole"], *content["personalization"]]:
        if row["list"] == "now":
            expected = evaluated[row["metric"]]
            assert (row["value"], row["n_users"]) == (expected["value"], expected["n_users"]), row["metric"]
            checked += 1
    assert checked >= 14
    compared = {(row["list"], row["metric"]): row["value"] for row in content["compared"]}
    for (name, metric), value in compared.items():
        if name == "now - bought":
            assert value == pytest.approx(compared["now", metric] - compared["bought", metric])
    assert {group["same"] for group in content["page_groups"]} == {0.5, 0.7, 0.9}


def test_homogenization_refuses_what_it_cannot_judge(shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path) -> None:
    users, strategy, problems = tmp_path / "u.txt", tmp_path / "s.json", tmp_path / "p.json"
    users.write_text(str(bench.history.users["user_id"].iloc[bench.users[0]]))
    strategy.write_text('{"method": "mmr", "diversity": 0.3}')
    start = ["homogenization", "--data", str(shop[1]), "--model", "blend", "--json", str(problems)]
    for more in (["--users", str(users)], ["--strategy", str(strategy), "--k", "5"], ["--diversity", "3"]):
        assert main([*start, *more]) == 2, more
        assert json.loads(problems.read_text())[0]["fix"]


def test_tune_then_rerank_keeps_the_floor(
    shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, told, slates, strategy = str(shop[1]), tmp_path / "t.json", tmp_path / "s.parquet", tmp_path / "s.json"
    start = ["tune", "--data", folder, "--model", "blend", "--json", str(told)]
    assert main([*start, "--floor", "ndcg:0.8", "--by", "history"]) == 0
    found = json.loads(told.read_text())
    at = [row["diversity"] for row in found["curve"]].index(found["diversity"])
    assert found["sure"] == found["curve"][at]["sure"] >= 0.8 > found["curve"][at + 1]["sure"]
    assert {row["metric"] for row in found["bought"]} == {"ild", "facet_entropy:category", "coverage", "gini"}
    assert [row["group"] for row in found["segments"]] == ["light", "medium", "heavy"]
    assert f"λ           {found['diversity']:g}" in capsys.readouterr().out

    strategy.write_text('{"method": "mmr", "diversity": 0.9, "floor": {"metric": "ndcg", "keep": 0.8}}')
    call = ["rerank", "--data", folder, "--model", "blend", "--strategy", str(strategy), "--out", str(slates)]
    assert main(call) == 0
    assert f"lists have λ {found['diversity']:g}" in capsys.readouterr().out
    rows = tmp_path / "e.json"
    assert (
        main(["evaluate", "--data", folder, "--model", "blend", "--strategy", str(strategy), "--json", str(rows)]) == 0
    )
    kept = {(r["scope"], r["metric"]): r["value"] for r in json.loads(rows.read_text())}["all", "ndcg_kept"]
    assert kept == pytest.approx(found["kept"])


def test_tune_reaches_a_target_or_says_how_far_it_goes(
    shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = tmp_path / "t.json"
    start = ["tune", "--data", str(shop[1]), "--model", "blend", "--k", "8", "--surface", "new", "--json", str(told)]
    assert main([*start, "--target", "ild:0.1"]) == 0
    assert json.loads(told.read_text())["diversity"] == 0 and "at least 0.1" in capsys.readouterr().out
    assert main([*start, "--target", "gini:0"]) == 0
    found = json.loads(told.read_text())
    assert found["diversity"] is None and found["at_most"]
    assert f"the best is λ {found['best']['diversity']:g}" in capsys.readouterr().out


def test_rerank_prices_its_rules(
    shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, strategy, out = str(shop[1]), tmp_path / "s.json", tmp_path / "prices.parquet"
    limit = {"facet": "category", "max": 1, "window": 3}
    strategy.write_text(json.dumps({"method": "mmr", "diversity": 0.3, "pool": 40, "constraints": [limit, limit]}))
    call = ["rerank", "--data", folder, "--model", "blend", "--strategy", str(strategy), "--prices", str(out)]
    assert main([*call, "--out", str(tmp_path / "slates.parquet")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said[-2:]] == ["rule 1 (constraint)", "rule 2 (constraint)"]
    found = kept_shares(bench, Strategy.checked(json.loads(strategy.read_text()), "test"))
    assert f"nDCG kept of the plain ranking: {found.plain.value:.2%}" in said[0]
    assert f"nDCG kept of the ranking with your rules: {found.ruled.value:.2%}" in said[1]
    table = pd.read_parquet(out)
    assert len(table) == 2 * len(bench.users) and table["entry"].value_counts().to_dict() == {1: 120, 2: 120}
    assert (table["price"] == 0).all() and not table["binds"].any(), "each of two that ask the same costs nothing"
    strategy.write_text(json.dumps({"method": "mmr", "diversity": 0.3, "pool": 40, "constraints": [limit]}))
    assert main([*call, "--out", str(tmp_path / "slates.parquet")]) == 0
    alone = pd.read_parquet(out)
    assert alone["binds"].any() and (alone["price"][~alone["binds"]] == 0).all()
    assert f"acts in {alone['binds'].sum()} of 120 lists" in capsys.readouterr().out

"""Lists and figures of shops in which a column says nothing of what can be shown, through the commands."""

import json
from pathlib import Path

import pytest

from engine.__main__ import main

BUYERS, GOODS, UNSOLD = 14, 20, 19


def files(folder: Path, columns: dict[str, str]) -> list[str]:
    """Items with these columns, each "full", "empty", or "unsold" (known of a product nobody bought), and a log."""
    value = {"category": "ABC", "season": "xy", "price": "123"}
    rows = [",".join(["item_id", "title", *columns])]
    for item in range(GOODS):
        filled = {"full": True, "empty": False, "unsold": item == UNSOLD}
        cells = [value[name][item % len(value[name])] if filled[how] else "" for name, how in columns.items()]
        rows.append(",".join([f"i{item}", f"thing {item % 4} of kind {item % 3}", *cells]))
    log = ["user_id,item_id,timestamp,event"]
    for line in range(BUYERS * 12):
        day = f"2024-{line % 4 + 1:02d}-{line % 27 + 1:02d}"
        log.append(f"u{line % BUYERS},i{(line * 7 + line // BUYERS) % (GOODS - 2)},{day},buy")
    (folder / "items.csv").write_text("\n".join(rows) + "\n")
    (folder / "log.csv").write_text("\n".join(log) + "\n")
    return ["--items", str(folder / "items.csv"), "--interactions", str(folder / "log.csv")]


@pytest.fixture(params=["empty", "unsold"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    folder = str(tmp_path / "shop")
    columns = {"category": request.param, "season": request.param, "price": request.param}
    assert main(["prepare", *files(tmp_path, columns), "--out", folder]) == 0
    assert main(["train", "--data", folder, "--model", "popularity", "--until", "2024-04-01"]) == 0
    return folder


def test_figures_of_it_are_absent_and_no_command_stops(shop: str, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    model = ["--data", shop, "--model", "popularity"]
    assert main(["evaluate", *model, "--k", "3", "--json", str(out)]) == 0
    values = {(row["scope"], row["metric"]): row["value"] for row in json.loads(out.read_text())}
    assert values["all", "ild"] is not None
    assert all(value is None for (_, metric), value in values.items() if metric.startswith(("facet_", "hhi", "calib")))
    assert main(["homogenization", *model, "--k", "3", "--json", str(out)]) == 0
    strategy, slates = tmp_path / "s.json", str(tmp_path / "slates.parquet")
    strategy.write_text('{"method": "mmr", "diversity": 0.4, "k": 3}')
    assert main(["rerank", *model, "--strategy", str(strategy), "--out", slates]) == 0
    assert main(["metrics", "--data", shop, "--slates", slates, "--since", "2024-04-01", "--json", str(out)]) == 0
    found = json.loads(out.read_text())
    assert found["ild"] is not None and not found.get("facet_entropy:category")


@pytest.mark.parametrize("method", ["xquad", "calibrated", "richness"])
def test_a_method_that_needs_values_says_so(method: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "shop")
    assert main(["prepare", *files(tmp_path, {"category": "empty"}), "--out", folder]) == 0
    assert main(["train", "--data", folder, "--model", "popularity", "--until", "2024-04-01"]) == 0
    call = ["evaluate", "--data", folder, "--model", "popularity", "--method", method, "--diversity", "0.5"]
    assert main([*call, "--json", str(tmp_path / "problems.json")]) == 2
    assert "this shop has no category" in capsys.readouterr().err
    assert json.loads((tmp_path / "problems.json").read_text())[0]["kind"] == "no_values"

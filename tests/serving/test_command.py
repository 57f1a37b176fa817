"""`python -m engine serve`, as a process of its own: what it answers, what it refuses, how it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.commands.listening import listen
from engine.data import Dataset
from tests.serving.conftest import RULED, until

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "Zm9vYmFyYmF6cXV4-Zm9vYmFyYmF6cXV4"


@contextmanager
def serving(*words: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The command, ready, with its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "serve", *words, "--port", "0"],
        cwd=ROOT, env=os.environ | environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        told = iter(process.stdout)
        url = next((found[1] for line in told if (found := re.match(r"ready on (\S+)", line))), None)
        assert url, process.communicate()[1][-2000:]
        yield url.replace("0.0.0.0", "127.0.0.1"), process
    finally:
        process.kill()
        process.communicate()


def ask(url: str, token: str | None = None, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_lists_are_those_of_rerank(shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path) -> None:
    folder, strategy, out = str(shop[1]), tmp_path / "spring.json", tmp_path / "slates.parquet"
    strategy.write_text(RULED.model_dump_json())
    assert main(["rerank", "--data", folder, "--model", "blend", "--strategy", str(strategy), "--out", str(out)]) == 0
    expected = pd.read_parquet(out)[["user_id", "rank", "item_id", "score", "gain"]]
    with serving("--data", folder, "--strategy", str(strategy)) as (url, process):
        ids = expected["user_id"].unique().tolist()
        status, answer = ask(f"{url}/v1/slates", body={"user_ids": ids})
        assert status == 200 and answer["strategy"]["name"] == "spring"
        rows = [{"user_id": each["user_id"]} | item for each in answer["slates"] for item in each["items"]]
        pd.testing.assert_frame_equal(
            pd.DataFrame(rows)[list(expected)].astype(expected.dtypes.to_dict()), expected, check_exact=True
        )
        one = ask(f"{url}/v1/slates/{ids[3]}")[1]
        assert one["items"] == answer["slates"][3]["items"]
        port = url.rpartition(":")[2]
        assert main(["serve", "--data", folder, "--strategy", str(strategy), "--port", port]) == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stdout is not None and process.stdout.read() == "stopped\n"


def test_no_answer_waits_for_a_receipt() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_goes_live_is_served_with_the_token(
    shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/strategies.db")
    folder, strategy = str(shop[1]), tmp_path / "s.json"
    strategy.write_text('{"method": "mmr", "diversity": 0.2}')
    with serving("--data", folder, "--host", "0.0.0.0", EVENSHELF_TOKEN=TOKEN) as (url, process):
        path = f"{url}/v1/slates/{bench.names()[0]}"
        assert ask(path)[0] == ask(path, TOKEN[:-1])[0] == 401
        assert ask(path, TOKEN)[1]["code"] == "no_strategy"
        version = ["--data", folder, "--name", "Winter", "--version", "1"]
        assert main(["strategies", "save", "--data", folder, "--name", "Winter", "--strategy", str(strategy)]) == 0
        assert main(["strategies", "approve", *version]) == main(["strategies", "live", *version]) == 0
        answer = until(lambda: (told := ask(path, TOKEN))[0] == 200 and told[1])
        assert (answer["strategy"]["name"], answer["strategy"]["version"]) == ("Winter", 1)
        assert main(["strategies", "retire", *version]) == 0
        until(lambda: ask(path, TOKEN)[0] == 404)
        assert TOKEN not in Path(f"/proc/{process.pid}/cmdline").read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_stopped_while_preparing_it_ends_in_peace(shop: tuple[Dataset, Path], tmp_path: Path) -> None:
    strategy = tmp_path / "s.json"
    strategy.write_text('{"method": "mmr", "diversity": 0.2}')
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "serve", "--data", "sample", "--strategy", str(strategy), "--port", "0"],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"EVENSHELF_HOME": str(tmp_path)},
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline().startswith("listening on")
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert "Traceback" not in process.communicate()[1]


@pytest.mark.parametrize(
    ("words", "token", "says"),
    [
        (["--host", "0.0.0.0"], "", "no token protects it"),
        (["--host", "::"], "", "no token protects it"),
        (["--host", "0.0.0.0"], "x" * 31, "31 characters"),
        ([], "x" * 31, "31 characters"),
        ([], "x" * 20 + " " + "x" * 20, "blanks"),
        ([], "\u00e9" * 40, "ASCII"),
        (["--host", "no.such.host.invalid"], "", "no such address"),
        (["--port", "65536"], "", "no such port"),
        (["--port", "-1"], "", "no such port"),
        (["--model", "best"], "", "no such model"),
        (["--model", "ease"], "", "python -m engine train"),
        (["--strategy", "missing.json"], "", "cannot be read"),
    ],
)
def test_what_cannot_be_served_ends_with_2(
    shop: tuple[Dataset, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    words: list[str], token: str, says: str,
) -> None:  # fmt: skip
    if "::" in words and not socket.has_ipv6:
        pytest.skip("no IPv6")
    monkeypatch.setenv("EVENSHELF_TOKEN", token)
    strategy = tmp_path / "s.json"
    strategy.write_text('{"method": "mmr", "diversity": 0.2}')
    words = ["serve", "--data", str(shop[1]), "--port", "0", "--strategy", str(strategy), *words]
    assert main(words) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ('"facet_weights": {"scent": 1}', "no such facet"),
        ('"surface": "similar"', "no such lists"),
        ('"rules": [{"kind": "pin", "item_id": "none such", "position": 1}]', "none such"),
    ],
)
def test_a_strategy_that_the_shop_cannot_serve_ends_with_2(
    shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str], field: str, says: str
) -> None:
    strategy = tmp_path / "s.json"
    strategy.write_text(f'{{"method": "mmr", "diversity": 0.2, {field}}}')
    assert main(["serve", "--data", str(shop[1]), "--strategy", str(strategy), "--port", "0"]) == 2
    assert says in capsys.readouterr().err


def test_a_model_that_was_never_trained_is_trained_on_the_whole_log(shop: tuple[Dataset, Path], tmp_path: Path) -> None:
    import argparse

    from engine.commands.chosen_bench import open_chosen_bench
    from engine.data import silent

    shop[0].save(tmp_path / "fresh")
    options = argparse.Namespace(data=str(tmp_path / "fresh"), model=None)
    first = open_chosen_bench(options, silent)
    assert (first.card["name"], first.card["until"]) == ("blend", None)
    assert open_chosen_bench(options, silent).card["trained_at"] == first.card["trained_at"]

"""docs/serving.md says what happens."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from engine.bench.bench import Bench
from engine.data import Dataset
from engine.serving import FromFile
from engine.strategy.strategy import Strategy
from tests.serving.conftest import client_of, running

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
CALL = "$ curl "
OF_TRAINING = ("trained_at",)  # differs from one training to the next


def blocks(kind: str) -> list[str]:
    return [text for found, text in re.findall(r"^```(\w*)\n(.*?)^```", DOCS, flags=re.S | re.M) if found == kind]


def alike(found: Any, told: Any) -> None:
    """Equal, but for the last digits of figures and the moment of training."""
    if isinstance(told, dict):
        assert set(found) == set(told)
        for name in set(told) - set(OF_TRAINING):
            alike(found[name], told[name])
    elif isinstance(told, list):
        assert len(found) == len(told)
        for one, other in zip(found, told, strict=True):
            alike(one, other)
    else:
        assert found == (pytest.approx(told, abs=1e-4) if isinstance(told, float) else told)


def test_calls_answer_what_is_written(shop: tuple[Dataset, Path], bench: Bench) -> None:
    strategy = Strategy.checked(json.loads(blocks("json")[0]), "docs")
    calls = [part for block in blocks("") for part in block.split(CALL)[1:]]
    assert len(calls) == 4
    with running(bench, FromFile("strategy", strategy)) as live:
        client, etag = client_of(live), ""
        for part in calls:
            command, told = part.split("\n", 1)
            words = shlex.split(command)
            headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
            headers = {name: value.replace("ETAG OF THE ANSWER ABOVE", etag) for name, value in headers.items()}
            body = words[words.index("-d") + 1] if "-d" in words else None
            url = next(word for word in words if word.startswith("http"))
            response = client.request("POST" if body else "GET", url, headers=headers, content=body)
            if "%{http_code}\\n" in words:
                assert str(response.status_code) == told.strip()
            else:
                alike(response.json(), json.loads(told))
            etag = response.headers.get("etag", "").strip('"')


def test_every_code_is_told() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "engine" / "serving").glob("*.py"))
    codes = set(re.findall(r'NoAnswer\(\s*[\w.]+, "(\w+)"', source)) | {"invalid"}
    assert len(codes) >= 9 and not {code for code in codes if f"`{code}`" not in DOCS}


def test_the_finding_is_the_benchmarks() -> None:
    result = json.loads((ROOT / "benchmarks" / "results" / "serving.json").read_text(encoding="utf-8"))
    assert result["finding"] in DOCS

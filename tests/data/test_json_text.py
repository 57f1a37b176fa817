"""JSON of others: whatever is wrong with it is a ValueError, and a command ends with 2, naming the file."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.__main__ import main
from engine.data.reading.json_text import parse_json
from tests.data.files import ITEMS, write
from ui.state import link_text

DEEP = {"lists": "[" * 200_000, "objects": '{"a":' * 200_000, "closed": "[" * 50_000 + "]" * 50_000}
PLAIN = st.recursive(st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")), st.lists)


@given(PLAIN, st.booleans())
def test_what_is_json_is_read(value: object, plain: bool) -> None:
    text = json.dumps(value, ensure_ascii=plain)
    assert parse_json(text) == parse_json(text.encode()) == value


@pytest.mark.parametrize("text", [*DEEP.values(), '"\\ud83d"', '{"\\uDE00": 1}', "{", b"\xff"])
def test_what_is_not_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(text)
    assert parse_json('"\\ud83d\\ude00"') == "😀"  # a whole pair is one character


@pytest.mark.parametrize("deep", DEEP)
def test_a_mapping_and_a_link_say_so(deep: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items, mapping = write(tmp_path, "items.csv", ITEMS), write(tmp_path, "map.json", DEEP[deep])
    code = main(["prepare", "--items", str(items), "--mapping", str(mapping), "--out", str(tmp_path / "shop")])
    said = capsys.readouterr().err
    assert code == 2 and "map.json" in said and "deeply" in said and "Traceback" not in said
    with pytest.raises(ValueError):
        link_text.read(DEEP[deep], 1_000_000)


@pytest.mark.parametrize("deep", DEEP)
def test_a_strategy_file_says_so(deep: str, tmp_path: Path) -> None:
    from engine.data import InputError
    from engine.strategy.strategy import read_strategy

    with pytest.raises(InputError) as refused:
        read_strategy(write(tmp_path, "strategy.json", DEEP[deep]))
    assert refused.value.problems[0].file == "strategy.json" and "deeply" in str(refused.value)

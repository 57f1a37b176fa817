"""Every problem has words in both languages, and in English they are the command line's."""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest

from engine.data import InputError, Problem, check_shop
from engine.data.reading import packed_files, parquet_files, sheet_files
from engine.data.reading.cells import RETURNED
from engine.data.storage.disk import REASONS
from engine.strategies import STATUSES, Basis, Store
from engine.strategy.strategy import DEFAULT
from engine.training.stored_models import DAMAGED
from tests.data.files import write
from tests.data.malformed import CASES, GOOD_FILES
from ui.text import problems
from ui.text.words import table

ROOT = Path(__file__).resolve().parents[3]
KIND_AT = {"refuse": 1, "Problem": 6, "Flaw": 1, "flag": 2, "row": 2, "cells": 3}  # place of `kind` in each call


def kinds_raised() -> set[str]:
    """Every kind that engine/data and engine/strategies write as a constant, where they make a problem."""
    found = {"nested_column", *packed_files.WORDS, *parquet_files.WORDS, *sheet_files.WORDS}
    found |= {f"is_{status}" for status in STATUSES}  # made in `strategies.rules.check_step`
    found |= {kind for kind, _, _ in REASONS.values()} | {DAMAGED, RETURNED}
    for file in sorted(file for room in ("data", "strategies") for file in (ROOT / "engine" / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = KIND_AT.get(called, -1)
                if 0 <= place < len(node.args) and isinstance(node.args[place], ast.Constant):
                    found.add(node.args[place].value)  # type: ignore[attr-defined]
    return found


def test_every_kind_has_words_and_no_words_are_of_no_kind() -> None:
    kinds = kinds_raised()
    assert len(kinds) >= 40
    lacking = [kind for kind in kinds if not {f"problem.{kind}", f"problem.{kind}_fix"} <= set(table())]
    assert lacking == []
    told = {found[1] for key in table() if (found := re.fullmatch(r"problem\.(.+)_fix", key))}
    special = {"missing_column_perhaps", "nothing_left_perhaps", "nothing_left_event", "duplicate_id_item_id"}
    assert told - special == kinds


def test_no_file_problem_on_a_page_names_a_flag() -> None:
    strategies = ("both_have_fix", "name_adopted_fix")  # only `prepare` gives a shop an id
    words = {key: entry["en"] for key, entry in table().items() if key.startswith(("problem.", "question.", "lost."))}
    assert [key for key, text in words.items() if "--" in text and not key.endswith(strategies)] == []


def test_what_is_refused_and_is_no_file_has_a_name_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Problem("name", None, None, "Mine", "Another shop has this name", "Choose another", "name_taken")
    assert problems.sentence(taken) == "**Name of the shop**: Another shop has this name. Choose another."
    monkeypatch.setattr("ui.text.words.language", lambda: "zh")
    assert problems.sentence(taken) == "**商店名称**：已有同名商店。请换一个名称。"


@pytest.mark.parametrize("case", CASES)
def test_the_page_says_what_the_command_line_says(case: str, tmp_path: Path) -> None:
    name, content, *_ = CASES[case]
    paths = {table: write(tmp_path, f"{table}.csv", text) for table, text in GOOD_FILES.items()}
    write(tmp_path, f"{name}.csv", content)
    verdict = check_shop(paths["items"], paths["log"], paths["users"], paths["promotions"])
    assert verdict.problems
    for problem in verdict.problems[:20]:
        fix = re.sub(r" \((--|map )[^)]*\)", "", problem.fix)  # what to type on the command line
        assert problems.words(problem) == (problem.problem, fix), problem.kind
    frame = problems.frame(verdict.problems)
    assert len(frame) == len(verdict.problems) and list(frame)[:2] == ["File", "Line"]


def test_chinese_words_are_filled_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.text.words.language", lambda: "zh")
    problem = Problem("a.csv", 7, None, None, "3 fields instead of 4", "x", "field_count", {"n": "3", "width": "4"})
    assert problems.words(problem) == ("有 3 个字段，应为 4 个", "含分隔符的单元格请加引号")
    assert problems.sentence(problem) == "**a\\.csv，第 7 行**：有 3 个字段，应为 4 个。含分隔符的单元格请加引号。"
    assert problems.name("field_count") == "字段数不符"


def test_a_kind_without_words_keeps_the_engines() -> None:
    problem = Problem("strategy", None, None, None, "unknown method", "use mmr", "strategy")
    assert problems.words(problem) == ("unknown method", "use mmr")


def refusals(store: Store) -> Iterator[Callable[[], object]]:
    """What the store refuses, one of each kind that a page can bring about."""
    save = partial(store.save, "shop", strategy=DEFAULT, basis=Basis("hash"))
    step = {"author": "Bo"}
    yield lambda: store.get("shop", "Winter")
    save("Winter", author="Ann")
    yield lambda: save(" ", author="Ann")
    yield lambda: save("x" * 81, author="Ann")
    yield lambda: save("Winter", author="Ann", comment="x" * 2_001)
    yield lambda: save("a\u200bb", author="Ann")
    yield lambda: save("Winter", author="Ann", expected=0)
    yield lambda: save("Autumn", author="Ann", expected=3)
    yield lambda: store.get("shop", "Autumn")
    yield lambda: store.get("shop", "Winter", 7)
    yield lambda: store.go_live("shop", "Winter", 1, **step)
    store.approve("shop", "Winter", 1, **step)
    yield lambda: store.approve("shop", "Winter", 1, **step)
    day = datetime.now(UTC) + timedelta(days=1)
    yield lambda: store.go_live("shop", "Winter", 1, starts_at=day, ends_at=day, **step)
    yield lambda: store.go_live("shop", "Winter", 1, starts_at=day.replace(tzinfo=None), **step)
    far = datetime.max.replace(tzinfo=timezone(timedelta(hours=-8)))
    yield lambda: store.go_live("shop", "Winter", 1, starts_at=far, **step)
    store.go_live("shop", "Winter", 1, starts_at=day, **step)
    yield lambda: store.approve("shop", "Winter", 1, **step)
    save("Sale", author="Ann")
    store.approve("shop", "Sale", 1, **step)
    yield lambda: store.go_live("shop", "Sale", 1, starts_at=day, **step)
    store.retire("shop", "Winter", 1, **step)
    yield lambda: store.retire("shop", "Winter", 1, **step)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_the_store_refuses_is_said_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr("ui.text.words.language", lambda: lang)
    store, kinds = Store.open(f"sqlite:///{tmp_path}/strategies.db"), set()
    for refusal in refusals(store):
        with pytest.raises(InputError) as refused:
            refusal()
        (problem,) = refused.value.problems
        said, fix = problems.words(problem)
        kinds.add(problem.kind)
        assert "{" not in said + fix
        for blank in ("Winter", "Ann"):  # names that the engine tells are told here
            assert (blank in problem.problem) <= (blank in said)
        assert problem.kind.startswith("is_") or lang == "zh" or fix.casefold() == problem.fix.casefold()
    store.close()
    assert {f"is_{status}" for status in STATUSES} | {"overlap", "changed_meanwhile", "unknown_name"} <= kinds
    assert len(kinds) == 16


@pytest.mark.parametrize(("lang", "listed"), [("en", "title, description, brand"), ("zh", "title、description、brand")])
def test_a_list_of_names_is_written_as_the_language_writes_lists(
    lang: str, listed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.text.words.language", lambda: lang)
    names = "title, description, brand"
    found = Problem("items.csv", 1, None, None, "", "", "undescribed", {"names": names})
    assert listed in problems.words(found)[1]
    missing = Problem("items.csv", 1, "item_id", None, "", "", "missing_column", {"column": "item_id", "has": names})
    assert listed in problems.words(missing)[1]
    assert problems.details({"said": names, "n": 3}) == {"said": names, "n": 3}, "only lists of names are lists"

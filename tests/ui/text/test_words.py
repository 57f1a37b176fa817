"""The one table of words: complete in both languages, every key used, every key that is used there."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from engine.reports.page import ENVIRONMENT
from engine.words import filled
from ui.text import words as text
from ui.text.words import LANGUAGES, table

ROOT = Path(__file__).resolve().parents[3]
FACE = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "ui").rglob("*.py"))]
FILES = [*FACE, *(file for room in ("data", "reports") for file in sorted((ROOT / "engine" / room).rglob("*.py")))]
WORDS = table()
BLANK = r"[\w.:]+"


def keys_asked() -> tuple[set[str], list[re.Pattern[str]], list[re.Pattern[str]]]:
    """Keys passed to t() or say(): whole ones; patterns where a part is filled in at run time; and patterns of what
    may be asked for, where even the first part is filled in, or where a key is put together elsewhere."""
    whole: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    guesses: list[re.Pattern[str]] = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in WORDS:
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr):
                guesses += [found for found in asked(node) if re.match(r"\w+\\\.", found.pattern)]  # type: ignore[union-attr]
            if not (isinstance(node, ast.Call) and node.args):
                continue
            if getattr(node.func, "id", getattr(node.func, "attr", "")) not in ("t", "say"):
                continue
            for found in asked(node.args[0]):
                if isinstance(found, str):
                    whole.add(found)
                elif found.pattern.startswith(BLANK):  # t(f"{field}.{value}"): of the fields that the file names
                    guesses += [re.compile(re.escape(name) + found.pattern[len(BLANK) :]) for name in named(file)]
                else:
                    patterns.append(found)
    for source in ENVIRONMENT.list_templates(extensions=["html"]):
        for words in said(source):
            (whole.add if isinstance(words, str) else patterns.append)(words)  # type: ignore[operator]
    return whole, patterns, guesses


def said(template: str) -> Iterator[str | re.Pattern[str]]:
    """What a template of the reports asks `say` for; a key that is wholly given to it stands in the code."""
    assert ENVIRONMENT.loader is not None
    source, _, _ = ENVIRONMENT.loader.get_source(ENVIRONMENT, template)
    for call in ENVIRONMENT.parse(source).find_all(nodes.Call):
        if not (isinstance(call.node, nodes.Name) and call.node.name == "say"):
            continue
        key = call.args[0]
        if isinstance(key, nodes.Const):
            yield key.value
        elif isinstance(key, nodes.Concat) and isinstance(key.nodes[0], nodes.Const):
            yield re.compile(re.escape(key.nodes[0].value) + BLANK + "$")


def named(file: Path) -> set[str]:
    """Every text of one word that a file holds, or that is given to it by name."""
    sources = [file.read_text(encoding="utf-8")]
    sources += [
        other.read_text(encoding="utf-8") for other in FACE if f"{file.stem}." in other.read_text(encoding="utf-8")
    ]
    nodes = (node for source in sources for node in ast.walk(ast.parse(source)))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if re.fullmatch(r"\w+", text)}


def asked(argument: ast.expr) -> list[str | re.Pattern[str]]:
    if isinstance(argument, ast.Constant):
        return [argument.value]
    if isinstance(argument, ast.JoinedStr):
        parts = [re.escape(v.value) if isinstance(v, ast.Constant) else BLANK for v in argument.values]
        return [re.compile("".join(parts) + "$")]
    if isinstance(argument, ast.BinOp) and isinstance(argument.left, ast.Constant):
        return [re.compile(re.escape(argument.left.value) + r"[\w.]+$")]
    if isinstance(argument, ast.IfExp):
        return asked(argument.body) + asked(argument.orelse)
    return []


def test_every_key_that_is_asked_for_exists() -> None:
    whole, patterns, _ = keys_asked()
    assert sorted(whole - set(WORDS)) == []
    assert [p.pattern for p in patterns if not any(p.match(key) for key in WORDS)] == []


VARIANT = "products."  # the words of another key, for a shop whose lists are for products


def test_every_key_is_used() -> None:
    whole, patterns, guesses = keys_asked()
    keys = {key.removeprefix(VARIANT) for key in WORDS}
    unused = [key for key in keys if key not in whole and not any(p.match(key) for p in [*patterns, *guesses])]
    assert unused == []


def blanks(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_a_variant_takes_the_place_of_words_with_the_same_blanks() -> None:
    unknown = {
        key: sorted(blanks(entry["en"]) - blanks(WORDS[key.removeprefix(VARIANT)]["en"]))
        for key, entry in WORDS.items()
        if key.startswith(VARIANT)
    }
    assert unknown
    assert {key: names for key, names in unknown.items() if names} == {}


def test_both_languages_say_the_same_with_the_same_blanks() -> None:
    failures = [f"{key}: {fault}" for key, entry in WORDS.items() for fault in faults(entry)]
    assert not failures, "\n".join(failures)


def faults(entry: dict[str, str]) -> Iterator[str]:
    """What is wrong with the words of one key."""
    if not set(LANGUAGES) <= set(entry) <= {*LANGUAGES, "en_one"}:
        yield f"has {sorted(entry)}"
        return
    for tongue in LANGUAGES:
        if not entry[tongue].strip():
            yield f"{tongue} is empty"
        if blanks(entry[tongue]) != blanks(entry["en"]):
            yield f"{tongue} has other blanks than en"
    if not blanks(entry.get("en_one", "")) <= blanks(entry["en"]):
        yield "en_one has other blanks than en"


def test_faults_of_words_are_found() -> None:
    assert list(faults({"en": "{n} lists", "en_one": "one list", "zh": "{n} 份"})) == []
    for spoilt in ({"en": "a"}, {"en": "a", "zh": " "}, {"en": "{n}", "zh": "{m}"}, {"en": "", "zh": "a"},
                   {"en": "a", "zh": "a", "fr": "a"}, {"en": "a", "zh": "a", "en_one": "{n}"}):  # fmt: skip
        assert list(faults(spoilt))


def test_no_page_writes_words_of_its_own() -> None:
    """Text given to Streamlit comes from the table: no literal with two letters in a row outside markup."""
    shown = {
        "markdown",
        "title",
        "subheader",
        "caption",
        "info",
        "warning",
        "error",
        "button",
        "badge",
        "write",
        "success",
    }
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            logged = isinstance(node, ast.Call) and getattr(getattr(node.func, "value", None), "id", "") == "log"
            if isinstance(node, ast.Call) and not logged and getattr(node.func, "attr", "") in shown and node.args:
                for literal in literals(node.args[0]):
                    plain = re.sub(r":(material|green|gray|orange|small)(/\w+:)?", "", literal)
                    assert not re.search(r"[A-Za-z]{2,}", plain), f"{file.name}:{node.lineno}: {literal!r}"


def literals(argument: ast.expr) -> list[str]:
    """The fixed parts of a string expression; what is filled in is not looked into."""
    if isinstance(argument, ast.Constant):
        return [str(argument.value)]
    if isinstance(argument, ast.JoinedStr):
        return [part.value for part in argument.values if isinstance(part, ast.Constant)]
    if isinstance(argument, ast.BinOp):
        return literals(argument.left) + literals(argument.right)
    return []


def test_what_is_listed_has_the_marks_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (text.enumerated("ab"), text.clauses("ab"), text.labelled("a", "b")) == ("a, b", "a; b", "a: b")
    monkeypatch.setattr(text, "language", lambda: "zh")
    assert (text.enumerated("ab"), text.clauses("ab"), text.labelled("a", "b")) == ("a、b", "a；b", "a：b")


def test_no_space_follows_a_chinese_bracket_that_a_blank_brings() -> None:
    entry = {"en": "{part} of all", "zh": "{part} 的占比"}
    assert filled(entry, "zh", {"part": "9%（8 至 10）"}) == "9%（8 至 10）的占比"
    assert filled(entry, "en", {"part": "9% (8 to 10)"}) == "9% (8 to 10) of all"


def test_the_singular_is_english_and_of_one_alone() -> None:
    entry = {"en": "{n} lists", "en_one": "{n} list", "zh": "{n} 份列表"}
    assert [filled(entry, "en", {"n": n}) for n in (0, 1, "1", 11)] == ["0 lists", "1 list", "1 list", "11 lists"]
    assert filled(entry, "zh", {"n": 1}) == "1 份列表"

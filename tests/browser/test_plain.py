"""Text of data is shown as it is, and never becomes a link, a picture, an emoji or an arrow."""

import json
import os
import random
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.browser.conftest import ROOT, _wait_for
from tests.browser.driver import SETTLED

TEXTS = [
    "https://evil.example/a?b=c#d",
    "HTTP://EVIL.example",
    "http://localhost",
    "www.evil.example",
    "WWW.evil.example",
    "wwww.evil.example",
    "me@evil.example",
    "me+you@evil.example",
    "mailto:me@evil.example",
    "xmpp:me@evil.example",
    "a@b@evil.example",
    "(www.evil.example)",
    "<https://evil.example>",
    "[x](https://evil.example)",
    "[x][y]",
    "[y]: z",
    "![x](https://evil.example/x.png)",
    "javascript:alert(1)",
    "//evil.example",
    "me@evil.example www.a.example https://b.c",
    ":smile:",
    ":+1:",
    ":material/delete:",
    ":red[x]",
    ":green-badge[x]",
    ":small[x]",
    ":help:",
    "a -> b",
    "a <- b",
    "a <-> b",
    "a -- b",
    "a >= b",
    "a <= b",
    "a ~= b",
    "->",
    "--",
    "a --> b",
    "<!-- x -->",
    "<b>x</b>",
    "&amp; &#65;",
    "$x$",
    "$$x$$",
    "`x`",
    "**x** __x__ ~~x~~",
    "# x",
    "1. x",
    "- x",
    "+ x",
    "> x",
    "=== x",
    "--- x",
    "| a | b |",
    "\\\\ \\n",
    "[^1]",
    "- [ ] x",
    "12:30:45",
    "☺ 店铺@例子.公司",
    "x_y_z",
    "@",
    "@@",
    "a@",
    "://",
    "www.",
    "trailing\\",
    "[",
    "]",
    "[]",
    "]x[",
]
ALPHABET = [
    "a",
    "w",
    "www",
    ".",
    "@",
    ":",
    "/",
    "//",
    "https",
    "-",
    ">",
    "<",
    "=",
    "[",
    "]",
    "(",
    ")",
    "*",
    "_",
    "`",
    "!",
    "#",
    "\\",
    "~",
    "|",
    "$",
    "&",
    " ",
    "1",
    "店",
    "example",
    "smile",
    "red",
]


def shuffled(n: int) -> list[str]:
    draw = random.Random(13)
    made = ("".join(draw.choices(ALPHABET, k=draw.randint(1, 9))) for _ in range(n))
    return [" ".join(text.split()) for text in made if text.strip()]


DRAWN_EACH = 6  # elements that `plain_app` draws of each text
ALL_DRAWN = """([texts, each]) => [...Array(texts).keys()].every(n =>
    document.querySelectorAll(`.st-key-text_${n} [data-testid=stMarkdownContainer]`).length === each)"""


def test_text_is_shown_as_it_is(browser: Any, tmp_path: Path) -> None:
    texts = TEXTS + shuffled(120)
    (tmp_path / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/plain_app.py", "--server.port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{port}/?texts={tmp_path}/texts.json")
            page.locator(".st-key-texts_end").wait_for(timeout=90_000)
            page.wait_for_function(ALL_DRAWN, arg=[len(texts), DRAWN_EACH], timeout=90_000)
            page.evaluate(SETTLED)
            made = page.locator("[class*=st-key-text_]").locator(
                "a[href], img, h1, h2, h3, li, code, table, hr, del, em"
            )
            assert made.all_inner_texts() == []
            shown = page.evaluate(
                """n => [...Array(n).keys()].map(i =>
                    [...document.querySelectorAll(`.st-key-text_${i} [data-testid=stMarkdownContainer]`)]
                        .map(each => each.textContent))""",
                len(texts),
            )
            page.close()
        finally:
            server.terminate()
    found = [{words[words.find("«") :].strip() for words in each} for each in shown]
    assert {len(each) for each in shown} == {DRAWN_EACH}
    assert {text: each for text, each in zip(texts, found, strict=True) if each != {f"« {text} »"}} == {}

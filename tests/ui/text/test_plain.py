"""Texts of data hold nothing that Streamlit's markdown acts on; `tests/browser/test_plain.py` shows it in a browser."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from ui.text.words import APART, plain

# What Streamlit looks for in texts whose escapes are undone (mdast-util-gfm-autolink-literal, remark-emoji, and its own
# symbols), each text by itself.
SOUGHT = [
    r"(?i)https?://[-.\w]+",
    r"(?i)www\.[-.\w]+",
    r"[-.\w+]+@[-\w]+(\.[-\w]+)+",
    r":\+1:|:-1:|:[\w-]+:|:material/\w+:",
    r"(^|\s)(<->|<-|->|--|<=|>=|~=)(\s|$)",
]
SPECIAL = set("\\`*_{}[]()<>#+.!|~$:&=-")
PARTS = st.sampled_from(["https", "http", "://", "www.", "WWW", "@", "evil.example", ":", "smile:", "material/x:", "->",
                         "--", "<", ">", "=", "~", "[", "]", "\\", " ", "a", "店", ".", "_", "*", "\n"])  # fmt: skip
TEXTS = st.lists(PARTS | st.text(max_size=3), max_size=8).map("".join)


@given(TEXTS)
@example("https://evil.example")
@example("me@evil.example")
@example("a -> b")
def test_nothing_is_acted_on(text: str) -> None:
    for part in plain(text).split(APART):
        unescaped = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", part)
        for sought in SOUGHT:
            assert not re.search(sought, unescaped), (sought, unescaped)


@given(TEXTS)
def test_every_mark_is_escaped_and_no_character_is_lost(text: str) -> None:
    shown = plain(text).replace(APART, "")
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown) == " ".join(text.splitlines())
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", shown)
    assert not SPECIAL & set(bare)

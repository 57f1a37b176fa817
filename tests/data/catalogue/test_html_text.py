"""HTML becomes plain text: no tag is left, and no text outside of tags is lost."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.intake.catalogue.html_text import ENTITY, KNOWN, is_html, plain_text, without_html

PLAIN = st.text(st.characters(exclude_characters="<>&\\", exclude_categories=["Cs", "Cc"]), max_size=20)
TAGS = st.sampled_from(["b", "i", "span", "a", "p", "div", "li", "td", "h2"])


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>Oak &amp; ash.</p><ul><li>80&nbsp;cm<li><b>W</b>arm</ul>", "Oak & ash. 80 cm Warm"),
        ("One<br>two<br/>three<BR />four", "One two three four"),
        ('<a href="https://shop.example/?a=1&b=2">Care</a> label', "Care label"),
        ("<script>track('<b>')</script>Oak<style>p{color:red}</style>", "Oak"),
        ("Oak<!-- <b>hidden</b> -->wood", "Oak wood"),
        ("&lt;p&gt;Escaped&lt;/p&gt;", "Escaped"),
        ("<p>Warm\\n\\nSoft</p>", "Warm Soft"),
        ("up to <2 m, 3 > 2, a<b and I <3 it", "up to <2 m, 3 > 2, a<b and I <3 it"),
        ("Salt & pepper, AT&T", "Salt & pepper, AT&T"),
        ("two  spaces stay", "two  spaces stay"),
    ],
)
def test_closed_cases(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@given(st.lists(st.tuples(PLAIN, TAGS), max_size=6))
def test_text_outside_of_tags_is_kept(pieces: list[tuple[str, str]]) -> None:
    html = "<p>" + "".join(f"<{tag}>{text}</{tag}>" for text, tag in pieces)
    expected = "".join(text for text, _ in pieces)
    assert re.sub(r"\s", "", plain_text(html)) == re.sub(r"\s", "", expected)


@given(st.lists(st.one_of(st.sampled_from(["<b>", "</p>", "<", ">", "b", "script", "<script>", "<!--", "-->", "&lt;",
                                           "&amp;", "p>", " ", "/"]), st.text(max_size=3)), max_size=20))  # fmt: skip
def test_no_tag_is_ever_left(pieces: list[str]) -> None:
    plain = plain_text("".join(pieces))
    assert not KNOWN.search(plain)
    assert plain_text(plain) == plain or ENTITY.search(plain), "what was escaped more than three times stays escaped"


def test_a_text_that_other_parsers_take_minutes_for() -> None:
    for trap in ("<a ", "<!--", "</a ", "<script>", "&#", "<a b='"):
        assert len(plain_text("<p>" + trap * 12_500)) < 100_000


def test_a_column_says_which_cells_had_html() -> None:
    texts, found = without_html(pd.Series(["<p>a</p>", "b < c", ""], dtype="str"))
    assert texts.tolist() == ["a", "b < c", ""] and found.tolist() == [True, False, False]
    assert not is_html("b < c")

"""Descriptions written in HTML, as plain text.

By patterns that take time in proportion to the text: the standard library's `html.parser` takes more than a minute for
100,000 characters of "<a <a <a".
"""

import html
import re

import pandas as pd

INLINE = "a|abbr|b|big|code|em|font|i|ins|mark|s|small|span|strong|sub|sup|u"
BLOCKS = (
    "article|blockquote|body|br|dd|div|dl|dt|figure|footer|h[1-6]|head|header|hr|html|iframe|img|li|link|main|meta|ol|p|"
    "pre|section|table|tbody|td|tfoot|th|thead|tr|ul|video"
)
HIDDEN = "script|style"
KNOWN = re.compile(rf"</?(?:{INLINE}|{BLOCKS}|{HIDDEN})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
BLOCK = re.compile(rf"</?(?:{BLOCKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
TAG = re.compile(r"</?[a-z][^<>]*>|<[!?][^<>]*>", re.IGNORECASE)
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
NOT_SHOWN = re.compile(rf"<({HIDDEN})(?:\s[^<>]*)?>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
ENTITY = re.compile(r"&(?:[a-z][a-z0-9]{1,30}|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
LAYERS = 3  # how often a text may have been escaped: "&amp;lt;p&amp;gt;" is "<p>" twice over


def is_html(text: str) -> bool:
    """Whether a text has a tag of HTML, or a character that is written as an entity. `a < b` and `<3` are text."""
    return bool(KNOWN.search(text) or ENTITY.search(text))


def plain_text(text: str) -> str:
    """The words of a piece of HTML: tags, comments, scripts and styles removed, entities decoded. Where a block begins
    or ends there is a space. A text without HTML stays as it is.

    >>> plain_text("<p>Oak &amp; ash.</p><ul><li>80&nbsp;cm<li><b>W</b>arm</ul>")
    'Oak & ash. 80 cm Warm'
    """
    for _ in range(LAYERS):
        if not is_html(text):
            return text
        text = " ".join(_without_one_layer(text).split())
    return KNOWN.sub(" ", text).strip()


def _without_one_layer(text: str) -> str:
    if KNOWN.search(text):
        text = NOT_SHOWN.sub(" ", COMMENT.sub(" ", text))
        text = TAG.sub("", BLOCK.sub(" ", text)).replace("\\n", " ")  # as WooCommerce writes line ends
    return ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def without_html(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """A column of texts without HTML, and which of its cells had some."""
    found = cells.map(is_html).astype(bool)
    return cells.mask(found, cells[found].map(plain_text)), found

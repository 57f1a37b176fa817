"""Settings of many parts in a link: compact JSON, packed (deflate, base64url) where it is long."""

import base64
import json
import zlib
from typing import Any
from urllib.parse import quote

from engine.data.reading.json_text import parse_json

PLAIN = 300  # characters of a link up to which a text stays readable in it
UNPACKED = 200_000
PACKED = "z."


def text(content: Any, longest: int) -> str:
    """The text of JSON in a link. ValueError where that is longer than `longest`."""
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    shown = plain if len(quote(plain)) <= PLAIN else _packed(plain)
    if len(shown) > longest or len(plain) > UNPACKED:
        raise ValueError("too long for a link")
    return shown


def read(text: str, longest: int) -> Any:
    """The JSON of a link's text. ValueError for what `text` cannot have written."""
    if len(text) > longest:
        raise ValueError("too long")
    return parse_json(_unpacked(text))


def _packed(plain: str) -> str:
    compressor = zlib.compressobj(9, wbits=-15)
    packed = compressor.compress(plain.encode()) + compressor.flush()
    return PACKED + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _unpacked(text: str) -> str:
    if not text.startswith(PACKED):
        return text
    body = text.removeprefix(PACKED)
    opened = zlib.decompressobj(wbits=-15)
    try:
        plain = opened.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), UNPACKED)
    except zlib.error:
        raise ValueError("not packed as a link's rules are") from None
    if not opened.eof:
        raise ValueError("too long")
    return plain.decode()

"""Encodings of text: what a byte order mark says is used, what was named is used, anything else is only guessed at for
the message that refuses it."""

import codecs
import io
import re
from typing import BinaryIO

BOMS = {  # the longer marks first: that of UTF-32 begins as that of UTF-16
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
ENCODINGS = (
    "utf-8", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "utf-16-le", "utf-16-be", "windows-1250",
    "windows-1251", "windows-1252", "windows-1253", "windows-1254", "iso-8859-2", "iso-8859-15",
)  # fmt: skip
FLAG = (
    "evenshelf.flag"  # what cannot be decoded becomes a surrogate, which is no UTF-8: its line is refused, not mended
)
codecs.register_error(FLAG, lambda error: ("\udcff", error.end))  # type: ignore[attr-defined]


def mark(head: bytes) -> bytes:
    """The byte order mark that a file starts with, or b""."""
    return next((bom for bom in BOMS if head.startswith(bom)), b"")


def decoded(head: bytes, encoding: str = "") -> str:
    """The first bytes of a file as text, for a look at them; what cannot be decoded is replaced."""
    bom = mark(head)
    encoding = BOMS.get(bom) or encoding or "utf-8"
    return codecs.getincrementaldecoder(encoding)("replace").decode(head.removeprefix(bom))


def as_utf8(stream: BinaryIO, head: bytes, encoding: str = "") -> tuple[BinaryIO, str]:
    """The stream (at its start, of which `head` are the first bytes) as UTF-8 with line feeds, and its encoding.

    encoding: one of `ENCODINGS`, for a file without a byte order mark. Bytes it does not know come out as no UTF-8.
    """
    bom = mark(head)
    encoding = BOMS.get(bom) or encoding or "utf-8"
    start = decoded(head, encoding)
    old_mac = "\r" in start and "\n" not in start
    stream.read(len(bom))
    if encoding == "utf-8" and not old_mac:
        return stream, encoding
    return io.BufferedReader(_Recoded(stream, encoding, old_mac)), encoding


class _Recoded(io.RawIOBase):
    """Text of another encoding, or with a carriage return alone as line end, as UTF-8 with line feeds."""

    def __init__(self, source: BinaryIO, encoding: str, old_mac: bool) -> None:
        self._source, self._old_mac = source, old_mac
        self._decoder = codecs.getincrementaldecoder(encoding)(FLAG)
        self._left, self._ended = b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        while not self._left and not self._ended:
            chunk = self._source.read(1 << 16)
            self._ended = not chunk
            text = self._decoder.decode(chunk, self._ended)
            self._left = (text.replace("\r", "\n") if self._old_mac else text).encode("utf-8", "surrogatepass")
        some = self._left[: len(buffer)]
        buffer[: len(some)] = some
        self._left = self._left[len(some) :]
        return len(some)


def guess(text: bytes) -> str:
    """What text that is no UTF-8 may be written in, for a message; "" where nothing says so."""
    zeros = [sum(byte == 0 for byte in text[start:400:2]) / max(len(text[start:400:2]), 1) for start in (0, 1)]
    if max(zeros) > 0.4 and min(zeros) < 0.1:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    high = sum(byte >= 0x80 for byte in text)
    if b"\0" in text or not high or any(byte < 9 for byte in text):
        return ""
    hanzi = sum(map(len, re.findall(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]", text)))  # the common ones of GB 2312
    if hanzi / high > 0.8:
        return "gb18030"
    cyrillic = sum(map(len, re.findall(rb"[\xc0-\xff]{3,}", text)))
    return "windows-1251" if cyrillic / high > 0.6 else "windows-1252"

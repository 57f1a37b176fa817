"""Encodings of text: what a byte order mark says is used, what was named is used, anything else is only guessed at for
the message that refuses it."""

import codecs
import io
import re
from collections.abc import Callable
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

# Encodings that another one contains, by Python's names: such files are read alike (WHATWG Encoding Standard, labels).
WITHIN = {"gbk": "gb18030", "gb2312": "gb18030", "iso8859-1": "windows-1252", "ascii": "utf-8"}


def encoding_named(name: str) -> str:
    """The one of `ENCODINGS` that a name stands for, as cp1252, latin-1 or gbk; the name itself where there is none."""
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return name
    return (WITHIN | {codecs.lookup(known).name: known for known in ENCODINGS}).get(codec, name)


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
    if b"\0" in text or text.isascii() or any(byte < 9 for byte in text):
        return ""
    shares = {encoding: _share(text, encoding, usual) for encoding, usual in EAST_ASIAN.items()}
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] > MOSTLY else _western(text)


# characters of most words of a language; what another encoding makes of its bytes seldom lies among them
EAST_ASIAN = {
    "gb18030": lambda text: _in_rows(text, "gb2312", 0xB0, 0xD7),  # the common half of GB 2312
    "big5": lambda text: _in_rows(text, "big5", 0xA4, 0xC6),  # the common half of Big 5
    "shift_jis": lambda text: _japanese(text),
    "euc_jp": lambda text: _japanese(text),
    "euc_kr": lambda text: _korean(text),
}
MARKS = "　、。，．・：；？！「」『』（）【】《》〜—…￥¥“”‘’％"
MOSTLY = 0.8  # share of the characters beyond ASCII from which on an encoding fits


def _share(text: bytes, encoding: str, usual: Callable[[str], float]) -> float:
    """The share of the characters beyond ASCII that are usual ones; 0 where the text is not written so."""
    try:
        characters = codecs.getincrementaldecoder(encoding)().decode(text)
    except UnicodeDecodeError:
        return 0.0
    glued = len(re.findall(r"(?<=[a-z])[^\x00-\x7f]|[^\x00-\x7f](?=[a-z])", characters))  # as accents in western words
    others = [character for character in characters if not character.isascii() and character not in MARKS]
    return usual("".join(others)) / len(others) if others and 2 * glued <= len(others) else 0.0


def _in_rows(text: str, encoding: str, first: int, last: int) -> int:
    return sum(first <= character.encode(encoding, "replace")[0] <= last for character in text if ord(character) > 0x7F)


def _japanese(text: str) -> float:
    """Characters of Japanese; none where no syllable is among them, as in Chinese."""
    syllables = sum("ぁ" <= character <= "ヿ" or "ｦ" <= character <= "ﾟ" for character in text)
    return syllables + _in_rows(text, "euc_jp", 0xB0, 0xCF) if syllables >= 0.1 * len(text) else 0.0


def _korean(text: str) -> float:
    """Syllables of Korean, a little more than all where nothing else is there: bytes of a few Chinese words may be some
    as well."""
    syllables = sum("가" <= character <= "힣" for character in text)
    return 1.1 * syllables if syllables == len(text) >= 6 else 0.9 * syllables


def _western(text: bytes) -> str:
    """Which of the one-byte encodings of Europe a text may be in."""
    high = sum(byte >= 0x80 for byte in text)
    words = b"".join(re.findall(rb"[\xb8-\xff]{3,}", text))
    if len(words) / high > 0.6:
        greek = len(re.findall(rb"[\xe1-\xf9][\xdc-\xdf]|[\xdc-\xdf][\xe1-\xf9]", words))  # accents within words
        return "windows-1253" if 10 * greek > len(words) else "windows-1251"
    # letters of Polish within words, which are signs in the west; or š and ž beside what would be ø, ì, ù and è there
    polish = re.search(rb"[A-Za-z\xc0-\xff][\xa3\xa5\xb3\xb9\xbe\xbf\xaf\x9d][A-Za-z\xc0-\xff]", text)
    czech = re.search(rb"[\x8a\x8d\x8e\x9a\x9d\x9e]", text) and re.search(rb"[\xec\xf8\xf9\xf2\xe8\xcc\xd8\xc8]", text)
    return "windows-1250" if polish or czech else "windows-1252"

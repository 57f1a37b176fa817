"""What people type into the store: names, authors, comments. InputError names the field and says what to change."""

import re
import unicodedata

from engine.data.problems import InputError, refuse
from engine.strategies.records import Basis

LONGEST = 80  # characters of a name or an author
LONGEST_FOLDER = 255  # of the name of a shop's folder
LONGEST_NOTE = 2_000  # of a comment
LONGEST_POINT = 500  # of what was confirmed
SOURCE = "strategies"


def line(value: str, field: str, limit: int = LONGEST) -> str:
    """A text of one line with 1 to `limit` visible characters; spaces at its ends and doubled ones are dropped.

    Composed (Unicode NFC), so that two names that look the same are the same.
    """
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text:
        raise refuse(SOURCE, "no_text", f"the {field} is empty", f"give 1 to {limit} characters", column=field,
                     details={"most": f"{limit:,}"})  # fmt: skip
    if len(text) > limit:
        raise _too_long(field, len(text), limit, text[:limit])
    if not text.isprintable():
        fix = "leave out characters that cannot be seen"
        raise refuse(SOURCE, "unseen_text", "not only visible characters", fix, column=field, value=ascii(text))
    return text


def shop_id(value: str) -> str:
    """The name of a shop's folder."""
    return line(value, "shop", LONGEST_FOLDER)


def checked_basis(value: Basis) -> Basis:
    """The same basis with texts of one line."""
    model = value.model and line(value.model, "model")
    return Basis(line(value.data_hash, "data_hash"), model, value.cutoff and line(value.cutoff, "cutoff"))


def checked_hash(value: str) -> str:
    """A SHA-256 in hex."""
    if re.fullmatch("[0-9a-f]{64}", value) is None:
        raise refuse(
            SOURCE, "audit", "not the SHA-256 of an audit", "give 64 characters 0-9 a-f", value=value[:LONGEST]
        )
    return value


def note(value: str) -> str:
    """A comment: any number of lines, or none, each as `line` wants it."""
    lines = [text for text in value.splitlines() if text.strip()]
    text = "\n".join(line(text, "comment", LONGEST_NOTE) for text in lines)
    if len(text) > LONGEST_NOTE:
        raise _too_long("comment", len(text), LONGEST_NOTE)
    return text


def _too_long(field: str, n: int, limit: int, value: str | None = None) -> InputError:
    fix, details = f"shorten it to {limit:,} characters", {"n": f"{n:,}", "most": f"{limit:,}"}
    return refuse(SOURCE, "long_text", f"{n:,} characters", fix, column=field, value=value, details=details)

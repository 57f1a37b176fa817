"""JSON that others wrote, read in one place: whatever is wrong with it is a ValueError."""

import json
from typing import Any


def parse_json(text: str | bytes, **kinds: Any) -> Any:
    """The value of a JSON text. kinds: `json.loads`'s own, such as `parse_int`.

    Raises ValueError where it is none, is nested more deeply than Python reads, or names half a character (an unpaired
    surrogate, as "\\ud83d"), which no file could hold.
    """
    try:
        value = json.loads(text, **kinds)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if (b"\\ud" if isinstance(text, bytes) else "\\ud") in text.lower():  # type: ignore[operator]
        try:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise ValueError("half a character") from None
    return value

"""JSON that others wrote, read in one place: whatever is wrong with it is a ValueError."""

import json
from typing import Any


def parse_json(text: str | bytes, **kinds: Any) -> Any:
    """The value of a JSON text. kinds: `json.loads`'s own, such as `parse_int`.

    Raises ValueError where it is none, or is nested more deeply than Python reads.
    """
    try:
        return json.loads(text, **kinds)
    except RecursionError:
        raise ValueError("nested too deeply") from None

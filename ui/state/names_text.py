"""Several names in a link: with commas between them, each once; a comma inside of a name is escaped."""

from collections.abc import Iterable


def names_text(names: Iterable[str]) -> str:
    """The text of some names."""
    return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in names)


def read_names(text: str) -> tuple[str, ...]:
    """The names of a text."""
    parts = (name.replace("%2C", ",").replace("%25", "%") for name in text.split(",") if name)
    return tuple(dict.fromkeys(parts))

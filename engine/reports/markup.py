"""HTML from plain text: everything that is put in is escaped, and only these functions write tags."""

from collections.abc import Iterable, Sequence
from html import escape


class Html(str):
    """Markup that is safe as it stands."""

    __slots__ = ()


def text(value: object) -> Html:
    """A value as text; markup stays what it is."""
    return value if isinstance(value, Html) else Html(escape(str(value)))


def tag(name: str, *inner: object, **attributes: object) -> Html:
    """An element. `class_` stands for class, and _ in names of attributes for -."""
    told = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items())
    return Html(f"<{name}{told}>{''.join(map(text, inner))}</{name}>")


def joined(parts: Iterable[object]) -> Html:
    return Html("\n".join(map(text, parts)))


def grid(head: Sequence[object], rows: Iterable[Sequence[object]], numbers: int = 0) -> Html:
    """A table; its last `numbers` columns are set as numbers. A row of one cell is a heading of its part."""
    width = len(head)

    def line(cells: Sequence[object]) -> Html:
        if len(cells) == 1 < width:
            return tag("tr", tag("th", cells[0], colspan=width, scope="rowgroup"), class_="part")
        return tag("tr", *(_cell("td", cell, at >= width - numbers) for at, cell in enumerate(cells)))

    top = tag("thead", tag("tr", *(_cell("th", cell, at >= width - numbers) for at, cell in enumerate(head))))
    return tag("table", top, tag("tbody", *map(line, rows)))


def _cell(name: str, value: object, is_number: bool) -> Html:
    return tag(name, value, class_="n") if is_number else tag(name, value)

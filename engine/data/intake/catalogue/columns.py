"""The columns of a catalogue as shop systems export them: HTML, category paths, stock below 0, colours in titles."""

from dataclasses import replace

import numpy as np
import pandas as pd

from engine.data.intake.catalogue.colours import colours_of
from engine.data.intake.catalogue.html_text import without_html
from engine.data.intake.catalogue.paths import SURE, columns_of, find_form
from engine.data.intake.choices import Choices
from engine.data.intake.questions import Question
from engine.data.reading.cells import plain_texts
from engine.data.reading.findings import Table
from engine.data.reading.number_forms import NumberForm, plain_number

WHOLE_PATH = "category_path"  # the further column that keeps paths of more than two levels
COLOURED = 0.2  # share of titles that name one colour, from which a column of colours is offered
SHOWN = 60  # characters of an example


def with_plain_columns(table: Table, choices: Choices) -> tuple[Table, list[Question]]:
    """The items table with texts, categories, stock and colours as pages show them; what was done or is to decide."""
    questions: list[Question] = []
    for step in (_descriptions, with_categories, _stock, _colours):
        table, more = step(table, choices)
        questions += more
    return table, questions


def _descriptions(table: Table, choices: Choices) -> tuple[Table, list[Question]]:
    """Titles and descriptions without HTML."""
    notes = []
    for name in ("title", "description"):
        if name not in table.cells:
            continue
        texts, found = without_html(table.cells[name])
        if found.any():
            row = int(found.to_numpy().argmax())
            details: dict[str, str | int] = {
                "n": int(found.sum()), "count": f"{int(found.sum()):,}", "rows": f"{len(found):,}",
                "example": texts.iloc[row][:SHOWN],
            }  # fmt: skip
            notes.append(Question("html", table.file, name, details, line=int(table.lines[row])))
            table = replace(table, cells=table.cells.assign(**{name: texts}))
    return table, notes


def with_categories(table: Table, choices: Choices) -> tuple[Table, list[Question]]:
    """Category and subcategory from paths: done where their mark means nothing else, asked where it may."""
    cells = table.cells
    form = find_form(cells["category"].unique().tolist()) if "category" in cells else None
    if form is None:
        return table, []
    levels = columns_of(cells["category"], form)
    own = cells.get("subcategory", levels["subcategory"])  # what the file says itself stays
    second = own.where(own.str.strip() != "", levels["subcategory"])
    row = int((levels["subcategory"] != "").to_numpy().argmax())
    details: dict[str, str | int] = {
        "example": cells["category"].iloc[row][:SHOWN], "first": levels["category"].iloc[row],
        "second": second.iloc[row] or "–", "root": ", ".join(form.root) or "–",
        "n": _different(levels["category"]), "now": _different(cells["category"]),
    }  # fmt: skip
    kind = "rooted_paths" if form.root else "category_paths"
    question = Question(
        kind, table.file, "category", details, "paths", ("split", "keep"), choices.paths,
        asked=form.mark not in SURE, line=int(table.lines[row]), value=cells["category"].iloc[row],
    )  # fmt: skip
    if question.open or choices.paths == "keep":
        return table, [question]
    whole = {WHOLE_PATH: cells["category"]} if levels["deeper"].any() and WHOLE_PATH not in cells else {}
    cells = cells.assign(category=levels["category"], subcategory=second, **whole)
    return replace(table, cells=cells), [question]


def _different(cells: pd.Series) -> int:
    """How many different values there are, beside the empty one."""
    return int(cells[cells.str.strip() != ""].nunique())


def _stock(table: Table, choices: Choices) -> tuple[Table, list[Question]]:
    """Nothing on hand where more was sold than there was."""
    if "stock" not in table.cells:
        return table, []
    form = table.numbers.get("stock", NumberForm())
    texts = plain_texts(table.cells["stock"])
    below = {text for text in texts.unique() if _is_below_zero(plain_number(text, form)[0])}
    found = texts.isin(below).to_numpy()
    if not found.any():
        return table, []
    row = int(found.argmax())
    details: dict[str, str | int] = {"n": int(found.sum()), "count": f"{int(found.sum()):,}"}
    note = Question(
        "oversold", table.file, "stock", details, line=int(table.lines[row]), value=table.cells["stock"].iloc[row]
    )
    return replace(table, cells=table.cells.assign(stock=table.cells["stock"].mask(found, "0"))), [note]


def _is_below_zero(number: str) -> bool:
    try:
        return -np.inf < float(number) < 0
    except ValueError:
        return False


def _colours(table: Table, choices: Choices) -> tuple[Table, list[Question]]:
    """The colours that titles name, offered where the catalogue has no column of colours."""
    if "title" not in table.cells or "colour" in table.cells:
        return table, []
    colours = colours_of(table.cells["title"])
    named = (colours != "").to_numpy()
    if named.mean() < COLOURED:
        return table, []
    row = int(named.argmax())
    counts = colours[named].value_counts()
    details: dict[str, str | int] = {
        "n": int(named.sum()), "count": f"{int(named.sum()):,}", "rows": f"{len(named):,}",
        "names": ", ".join(counts.index[:5]) + (" …" if len(counts) > 5 else ""), "colours": len(counts),
        "example": table.cells["title"].iloc[row][:SHOWN], "colour": colours.iloc[row],
    }  # fmt: skip
    question = Question(
        "colours", table.file, "title", details, "colours", ("titles", "leave"), choices.colours,
        line=int(table.lines[row]),
    )  # fmt: skip
    if choices.colours == "titles":
        table = replace(table, cells=table.cells.assign(colour=colours))
    return table, [question]

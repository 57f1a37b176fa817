"""How each file writes its numbers and dates: taken where its cells leave one reading, else asked."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from engine.data.intake.choices import Choices
from engine.data.intake.questions import Question
from engine.data.problems import InputError, refuse
from engine.data.reading.cells import plain_texts
from engine.data.reading.columns import MONEY, NUMERIC, SCHEMAS
from engine.data.reading.date_forms import DateOrder, as_iso, find_order
from engine.data.reading.findings import Table
from engine.data.reading.number_forms import PLAIN, Decimal, NumberForm, Reading, plain_number, read_form
from engine.words.numbers import amount_pattern


def with_written_forms(tables: Mapping[str, Table], choices: Choices) -> tuple[dict[str, Table], list[Question]]:
    """The tables with the forms of their numbers and dates, and the questions and notes on them."""
    read, questions = {}, []
    for kind, table in tables.items():
        numbers: dict[str, NumberForm] = {}
        for name in _columns(kind, table, NUMERIC):
            if name not in table.floats:  # those were written by a program, with a point
                numbers[name], more = _number(kind, table, name, choices)
                questions += more
        order, more = _order(kind, table, choices)
        questions += more
        read[kind] = replace(table, numbers=numbers, date_order=order)
    return read, questions


def currency_of(tables: Mapping[str, Table]) -> tuple[str, InputError | None]:
    """The currency of a shop's amounts as its files write it, "" where none does; and the refusal of amounts in
    several."""
    forms = [(table, name, table.numbers[name]) for table in tables.values() for name in MONEY if name in table.numbers]
    named = [(table, name, form) for table, name, form in forms if form.currency]
    if not named:
        return "", None
    _, first_name, first = named[0]
    for table, name, form in named[1:]:
        if form.currency != first.currency:
            problem = f"Amounts in {form.written}, while {first_name} is in {first.written}"
            fix = "Write all amounts in one currency, or leave one of the columns out"
            details = {"this": form.written, "other": first_name, "that": first.written}
            return first.written, refuse(table.file, "two_currencies", problem, fix, column=name, details=details)
    return first.written, None


def _columns(kind: str, table: Table, kinds: tuple[str, ...]) -> list[str]:
    return [name for name, column in SCHEMAS[kind].items() if column.kind in kinds and name in table.cells]


def _distinct(table: Table, column: str) -> pd.Series:
    """The cells of a column, each once, in ASCII digits."""
    return plain_texts(table.cells[column].drop_duplicates()).drop_duplicates()


def _number(kind: str, table: Table, column: str, choices: Choices) -> tuple[NumberForm, list[Question]]:
    """How a column writes its numbers: a note where it is not in plain digits, a question where it is not sure."""
    cells, small = _distinct(table, column), SCHEMAS[kind][column].kind == "rating"
    reading = read_form(cells, column in MONEY, small, None)
    if reading.unsure:
        answer: Decimal | None = choices.of_column("decimal", column)  # type: ignore[assignment]
        question = _unsure(table, column, reading, answer)
        form = read_form(cells, column in MONEY, small, answer).form if answer else reading.form
        return form, [question]
    number, other = plain_number(reading.example, reading.form)
    if not number or other:
        return reading.form, []
    details: dict[str, str | int] = {"example": reading.example, "number": number}
    kind_of_note = "currency_read" if reading.form.currency else "numbers_read"
    details["currency"] = reading.form.written
    return reading.form, [Question(kind_of_note, table.file, column, details)]


def _unsure(table: Table, column: str, reading: Reading, answer: Decimal | None) -> Question:
    marks: tuple[Decimal, ...] = ("point", "comma")
    numbers: dict[str, str] = {
        mark: plain_number(reading.unsure, replace(reading.form, decimal=mark))[0] for mark in marks
    }
    details: dict[str, str | int] = {"example": reading.unsure}
    details.update(numbers)
    line, value = _first(table, column, reading.unsure)
    return Question("decimal", table.file, column, details, "decimal", marks, answer, True, line, value)


def _order(kind: str, table: Table, choices: Choices) -> tuple[DateOrder | None, list[Question]]:
    """The order of day, month and year in a file: a note where its dates leave one, a question where they leave
    several."""
    columns = _columns(kind, table, ("date",))
    cells = {column: _distinct(table, column) for column in columns}
    order = find_order(list(cells.values()))
    if not order.example or not order.possible:
        return None, []
    column = next(column for column in columns if (cells[column] == order.example).any())
    dates: dict[str, str] = {each: _shown_date(order.example, each) for each in order.possible}
    details: dict[str, str | int] = {"example": order.example}
    details.update(dates)
    if len(order.possible) == 1:
        date = dates[order.possible[0]]
        return order.possible[0], [Question(f"dates_{order.possible[0]}", table.file, column, details | {"date": date})]
    chosen = choices.of_column("date_order", column)
    answer = next((each for each in order.possible if each == chosen), None)
    line, value = _first(table, column, order.example)
    question = Question(
        "date_order", table.file, column, details, "date_order", order.possible, answer, True, line, value
    )  # fmt: skip
    return answer or order.possible[0], [question]  # read in some order meanwhile, so that all else can be checked


def _shown_date(text: str, order: DateOrder | None) -> str:
    """A date as people read it, year first; the text itself where it is none of the forms that are read here."""
    return (as_iso(text, order) or text).replace("T", " ")


def first_rows(kind: str, table: Table, choices: Choices, rows: int) -> pd.DataFrame:
    """The first rows of a table as text, with numbers (and their currency) and dates as they will be read; what cannot
    be read, or was not decided yet, stays as it is."""
    read, questions = with_written_forms({kind: table}, choices)
    shown, forms = table.cells.head(rows).copy(), read[kind]
    unsure = {each.setting if each.setting == "date_order" else each.column for each in questions if each.open}
    for name, form in forms.numbers.items():
        if name in unsure:
            continue
        numbers = [(text, plain_number(plain, form)) for text, plain in _with_plain(shown[name])]
        written = amount_pattern(form.written)
        shown[name] = [
            written.format(number) if PLAIN.fullmatch(number) and not other else text
            for text, (number, other) in numbers
        ]
    for name in [] if "date_order" in unsure else _columns(kind, table, ("date",)):
        shown[name] = [_shown_date(plain, forms.date_order) for _, plain in _with_plain(shown[name])]
    return shown


def _with_plain(cells: pd.Series) -> list[tuple[str, str]]:
    """Each cell as it is and in ASCII digits."""
    return list(zip(cells, plain_texts(cells), strict=True))


def _first(table: Table, column: str, text: str) -> tuple[int, str]:
    """The line and the cell of the first row that has this text, which is in ASCII digits."""
    cells = table.cells[column]
    row = int((plain_texts(cells) == text).to_numpy().argmax())
    return int(table.lines[row]), str(cells.iloc[row])

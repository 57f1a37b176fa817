"""What is wrong with an input, in the language in use."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pandas as pd
import streamlit as st

from engine.data import InputError, Problem
from engine.data.reading.findings import Count
from engine.data.storage.disk import refusal
from ui.text.words import enumerated, plain, t, table

LISTS = ("names", "columns", "has", "values", "facets", "field")  # details that hold several names


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Report a change that was refused, by the engine or by the disk, in a callback. The page stays as it was."""
    try:
        yield
    except InputError as refused:
        st.toast(sentence(refused.problems[0]), icon=":material/error:")
    except OSError as error:
        refused_write = refusal(error)
        if refused_write is None:
            raise
        st.toast(sentence(refused_write.problems[0]), icon=":material/error:")


def details(values: Mapping[str, str | int]) -> dict[str, str | int]:
    """The values for the blanks of a problem's or a question's words, with lists of names joined as in the language."""
    return {name: enumerated(value.split(", ")) if name in LISTS and isinstance(value, str) else value
            for name, value in values.items()}  # fmt: skip


def words(problem: Problem) -> tuple[str, str]:
    """The problem and its fix, in words. A kind without a translation keeps the engine's words."""
    key = f"problem.{problem.kind}"
    if key not in table():
        return problem.problem, problem.fix
    own = f"{key}_{problem.column}_fix"  # the fix may differ by column
    fix = f"{key}_perhaps_fix" if "perhaps" in problem.details else own if own in table() else f"{key}_fix"
    blanks = details(problem.details)
    return t(key, **blanks), t(fix, **blanks)


def name(kind: str) -> str:
    """The name of a kind of problem in a summary, without the values of one case."""
    return t(f"problem.{kind}_name") if f"problem.{kind}_name" in table() else t(f"problem.{kind}")


def sentence(problem: Problem) -> str:
    """One problem as markdown: its place, what is wrong, and how to fix it."""
    message, fix = words(problem)
    place = f"problem.place.{problem.file}"  # what was refused is no file: the name of a shop, a model
    where = [t(place) if place in table() else plain(problem.file)]
    if problem.line:
        where.append(t("problem.line", n=problem.line))
    if problem.column:
        where.append(plain(problem.column))
    return t("problem.sentence", where=t("problem.comma").join(where), problem=plain(message), fix=plain(fix))


def frame(problems: list[Problem]) -> pd.DataFrame:
    """One row for each problem, under headings in the language in use."""
    rows = [
        (
            problem.file,
            problem.line,
            problem.column or "",
            problem.value if problem.value is not None else "",
            *words(problem),
        )
        for problem in problems
    ]
    heads = [t(f"problem.head.{head}") for head in ("file", "line", "column", "value", "problem", "fix")]
    table = pd.DataFrame(rows, columns=heads)
    table[heads[1]] = table[heads[1]].astype("Int64")
    return table


def summary(counts: list[Count]) -> pd.DataFrame:
    """How often each kind of problem occurs in each column, with its first lines."""
    rows = [
        (count.number, name(count.kind), count.column or "", count.file, enumerated(map(str, count.lines)))
        for count in counts
    ]
    heads = ("count", "problem", "column", "file", "lines")
    return pd.DataFrame(rows, columns=[t(f"problem.head.{head}") for head in heads])

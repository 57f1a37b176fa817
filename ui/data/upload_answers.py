"""Answers to the questions of a check, kept as the choices that the next check takes."""

from dataclasses import replace
from typing import Any

from engine.data import Choices
from engine.data.intake.choices import BY_COLUMN
from engine.data.intake.questions import Question


def answer_to(question: Question, choices: Choices) -> str | None:
    """The answer to a question; None where there is none yet."""
    if question.setting in BY_COLUMN:
        return choices.of_column(question.setting, question.column or "")
    answer: str | None = getattr(choices, question.setting)
    return answer if answer in (None, *question.options) else question.options[0]


def answered(question: Question, option: str, choices: Choices) -> Choices:
    """The choices with one more answer."""
    change: dict[str, Any] = {question.setting: option}
    if question.setting in BY_COLUMN:
        change = {question.setting: {**getattr(choices, question.setting), question.column or "": option}}
    return replace(choices, **change)

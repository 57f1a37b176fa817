"""The questions of a check of a user's files, each with what its answers cost; then the notes."""

from dataclasses import replace

import streamlit as st

from engine.data import Verdict
from engine.data.intake.questions import Question
from ui.data import upload_products
from ui.data.upload import Upload
from ui.data.upload_answers import answer_to
from ui.data.upload_forms import log_table
from ui.shell import page
from ui.state import options
from ui.text import problems
from ui.text.words import enumerated, joined, plain, t, table

ASKED_BY = {"service": "service_lines", "free": "free_lines"}  # lines that are left out once their question is answered
OFFERED = ("placeholders", "paths", "colours")  # settings that are shown as questions also where nothing has to be said


def questions(upload: Upload) -> None:
    """Every question of the last check, answered or not, then the notes; nothing where there is neither."""
    to_answer = [entry for entry in upload.questions if entry.options and (entry.asked or entry.setting in OFFERED)]
    notes = [entry for entry in upload.questions if entry not in to_answer]
    if to_answer:
        with page.card(t("question.title"), t("question.note")):
            for question in to_answer:
                _question(upload, question)
    if notes:
        with st.expander(t("question.told", n=len(notes)), icon=":material/info:"):
            for question in notes:
                st.markdown(f"**{_place(question)}**  \n{_sentence(_displayed(question).seen(t))}")
                if question.options:
                    _answer(upload, question)


def losses_by_choice(upload: Upload, verdict: Verdict) -> None:
    """The choice to empty cells instead of dropping their rows, with what is left out, emptied and merged already."""
    undecided = {question.kind for question in verdict.open}
    for gone in verdict.left_out:
        if ASKED_BY.get(gone.kind) in undecided:
            continue
        words = t(f"lost.{gone.kind}", n=gone.number, count=f"{gone.number:,}", value=plain(gone.value))
        st.markdown(f":gray[:small[{plain(gone.file)} · {_sentence(words)}]]")
    number = sum(emptied.number for emptied in verdict.emptied)
    if number:
        columns = enumerated(dict.fromkeys(plain(emptied.column or "") for emptied in verdict.emptied))
        words = t("upload.emptied", n=number, count=f"{number:,}", columns=columns)
        st.markdown(f":gray[:small[{words}]]")
    if verdict.if_emptied is None and not upload.choices.empty_bad:
        return

    def choose() -> None:
        upload.decide(replace(upload.choices, empty_bad=st.session_state["empty_bad"]))

    if st.session_state.get("empty_bad") != upload.choices.empty_bad:
        st.session_state["empty_bad"] = upload.choices.empty_bad
    st.checkbox(t("upload.empty"), key="empty_bad", on_change=choose, help=t("upload.empty_help"))
    if verdict.if_emptied is not None:
        counts = {f"{name}_lost": f"{loss.lost:,}" for name, loss in verdict.if_emptied.items()}
        key = "upload.empty_cost" if "interactions" in verdict.if_emptied else "upload.empty_cost_items"
        st.markdown(f":gray[:small[{t(key, **counts)}]]")


def leave_out(upload: Upload, verdict: Verdict) -> None:
    """A button for each column that could be left out: one in which every row has a problem, or one of lists."""
    for problem in verdict.refusal:
        if problem.kind == "nested_column" and problem.column:
            st.button(
                t("upload.no_columns", names=plain(problem.column)), key=f"nested_{problem.column}",
                icon=":material/playlist_remove:", on_click=upload.leave_out, args=(problem.file, "", problem.column),
            )  # fmt: skip
        if problem.kind == "nothing_left" and "perhaps" in problem.details:
            column, theirs = problem.details["column"], problem.details["perhaps"]
            st.button(
                t("upload.leave_out", column=plain(theirs)), key=f"leave_{column}", icon=":material/playlist_remove:",
                on_click=upload.leave_out, args=(problem.file, column, theirs),
            )  # fmt: skip


def _question(upload: Upload, question: Question) -> None:
    shown = _displayed(question)
    waits = ":material/help:" if question.asked else ":material/info:"
    icon = waits if answer_to(question, upload.choices) is None else ":material/check:"
    sentences = joined(*(_sentence(words) for words in (shown.seen(t), shown.remedy(t)) if words))
    st.markdown(f"{icon} **{_place(question)}**  \n{sentences}")
    _answer(upload, question)


def _answer(upload: Upload, question: Question) -> None:
    name, label = f"answer_{question.kind}_{question.column}_{question.file}", t("question.answer")

    def answer() -> None:
        upload.answer(question, options.chosen(name))

    if question.products:
        upload_products.choose(upload, question)
        return
    if question.setting == "every_line":
        if question.kind == "event_like":
            st.button(
                t("question.use_column", column=plain(question.column or "")), key=f"use_{question.column}",
                on_click=upload.choose, args=(log_table(upload.files), "event", question.column),
                icon=":material/label:",
            )  # fmt: skip
        labels = {event: t("question.every_line", event=t(f"event.{event}")) for event in question.options}
        st.selectbox(
            label, index=None, placeholder=t("question.confirm"), on_change=answer, label_visibility="collapsed",
            **options.tied(name, labels, answer_to(question, upload.choices)),
        )  # fmt: skip
        return
    shown = _displayed(question)
    labels = {option: _capital(shown.cost(option, t)) for option in question.options}
    st.radio(
        label, index=None, on_change=answer, label_visibility="collapsed",
        **options.tied(name, labels, answer_to(question, upload.choices)),
    )  # fmt: skip


def _sentence(words: str) -> str:
    return t("question.sentence", words=words)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _displayed(question: Question) -> Question:
    """The question with its details made safe for markdown, and events under their names."""
    listed = problems.details(question.details)
    details = {name: plain(value) if isinstance(value, str) else value for name, value in listed.items()}
    if "event" in question.details:
        details["event"] = t(f"event.{question.details['event']}")
    if "reason" in question.details:
        details["reason"] = question.details["reason"]
    return replace(question, details=details)


def _place(question: Question) -> str:
    column = question.column or ""
    named = t(f"field.{column}") if f"field.{column}" in table() else plain(column)
    line = t("problem.line", n=question.line) if question.line else ""
    return " · ".join(filter(None, [plain(question.file), named, line]))


def unanswered(upload: Upload) -> int:
    """The number of questions that still have to be answered."""
    return sum(question.asked and answer_to(question, upload.choices) is None for question in upload.questions)

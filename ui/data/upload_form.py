"""The upload of a user's own files: choose them, map their columns, and preview the first rows."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from engine.data import FileOptions, InputError
from engine.data.intake.mapping import LEAVE_OUT, rename
from engine.data.intake.written_forms import first_rows
from engine.data.reading.columns import DESCRIBING, SCHEMAS, SINGLE_FILES, WITH_EVENTS
from engine.data.reading.encodings import ENCODINGS
from ui import state
from ui.data.event_meanings import event_meanings
from ui.data.fields import field, field_places
from ui.data.mapping_file import mapping_file
from ui.data.upload import Upload
from ui.data.upload_forms import FORMS
from ui.shell import page
from ui.state import options
from ui.text import problems
from ui.text.words import enumerated, plain, t

PREVIEWED = 8  # rows
# Streamlit writes on its uploader in English alone.
UPLOADER = """<style>
[data-testid="stFileUploaderDropzone"] button p, [data-testid="stFileUploaderDropzoneInstructions"] span {{
  font-size: 0;
}}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{button}"; font-size: .875rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{ content: "{limit}"; font-size: .875rem; }}
</style>"""
REQUIRED = {
    table: [column.name for column in columns.values() if column.required] for table, columns in SCHEMAS.items()
}


def form(upload: Upload) -> None:
    """The choice of what kind of files are brought in: one file of orders, reviews or events, or several tables."""
    labels = {name: t(f"upload.form_{name}") for name in FORMS}
    widget = options.tied("upload_form", labels, upload.form)
    st.segmented_control(
        t("upload.form"), required=True, help=t("upload.form_help"),
        on_change=lambda: upload.shape(st.session_state[widget["key"]]), **widget,
    )  # fmt: skip


def files(upload: Upload) -> None:
    """An uploader for each file of the form. Only the first is required."""
    limit = st.get_option("server.maxUploadSize")
    st.html(UPLOADER.format(button=t("upload.choose"), limit=t("upload.limit", mb=limit)))
    with page.card(t("upload.files"), t("upload.files_note", mb=limit)):
        tables = FORMS[upload.form]
        first = [] if len(tables) % 2 == 0 else [st.container()]
        places = [*first, *(place for _ in range(len(tables) // 2) for place in st.columns(2))]
        for place, table in zip(places, tables, strict=True):
            with place:
                _file(upload, table)


def _file(upload: Upload, table: str) -> None:
    key = f"upload_{table}" + (f"_{upload.round}" if upload.round else "")

    def take() -> None:
        given = st.session_state.get(key)
        if given is None:
            upload.drop(table)
        else:
            with problems.refusals_shown():
                upload.take(table, given.name, given)

    given = st.file_uploader(
        t(f"upload.{table}"), key=key, on_change=take, help=t(f"upload.{table}_help"), label_visibility="visible"
    )
    if table not in upload.files:
        return
    size = t("upload.size", kb=f"{max(_size(upload.files[table]) / 1e3, 1):,.0f}")
    with st.container(horizontal=True, vertical_alignment="center"):
        if table in upload.refused:
            st.warning(problems.sentence(upload.refused[table].problems[0]), icon=":material/error:")
        else:
            width = len(upload.peeked[table].names)
            taken = t("upload.taken", name=plain(upload.files[table].name), size=size, n=width)
            st.markdown(f":green[:material/check_circle:] :small[{taken}]")
        if given is None:  # kept from before the user left the page
            st.button(t("upload.remove"), key=f"remove_{table}", on_click=upload.drop, args=(table,))
    if table in upload.refused:
        _ways(upload, table)


def _ways(upload: Upload, table: str) -> None:
    """Other ways to read a file that was refused: another encoding, numbered columns, or without some columns."""
    kind, options = upload.refused[table].problems[0].kind, upload.options.get(table, FileOptions())
    if kind == "headerless":
        numbered = replace(options, header=())
        st.button(t("upload.number"), key=f"number_{table}", on_click=upload.read_as, args=(table, numbered))
    elif kind == "unnamed_column":
        without = replace(options, left_out=options.left_out | {""})
        st.button(t("upload.no_index"), key=f"no_index_{table}", on_click=upload.read_as, args=(table, without))
    elif kind == "several_sheets":
        for name in upload.refused[table].problems[0].details["sheets"].split("/"):
            chosen = replace(options, sheet=name)
            words = t("upload.read_sheet", name=plain(name))
            st.button(words, key=f"sheet_{table}_{name}", on_click=upload.read_as, args=(table, chosen))
    elif kind == "duplicate_column":
        columns = {problem.column or "" for problem in upload.refused[table].problems if problem.kind == kind}
        without = replace(options, left_out=options.left_out | columns)
        words = t("upload.no_columns", names=enumerated(plain(name) for name in sorted(columns)))
        st.button(words, key=f"no_columns_{table}", on_click=upload.read_as, args=(table, without))
    elif kind in ("other_encoding", "not_encoded"):
        guessed, key = upload.refused[table].problems[0].details["encoding"], f"encoding_{table}"
        label = t("upload.other_encoding" if kind == "other_encoding" else "upload.encoding")
        if kind == "other_encoding":
            words, named = t("upload.read_encoded", encoding=guessed), replace(options, encoding=guessed)
            st.button(words, key=f"read_encoded_{table}", type="primary", on_click=upload.read_as, args=(table, named))
        st.selectbox(
            label, ENCODINGS, index=None, key=key, placeholder=t("upload.choose_encoding"),
            on_change=lambda: upload.read_as(table, replace(options, encoding=st.session_state[key] or "")),
        )  # fmt: skip


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def columns(upload: Upload) -> None:
    """Which of their columns is which of ours, by table, and the first rows under our names."""
    tables = [table for table in SCHEMAS if table in upload.peeked]
    if not tables:
        return
    with page.card(t("upload.columns"), t("upload.columns_note")):
        for tab, table in zip(st.tabs([t(f"upload.{table}") for table in tables]), tables, strict=True):
            with tab:
                _mapping(upload, table)
                _preview(upload, table)
        mapping_file(upload)


def _mapping(upload: Upload, table: str) -> None:
    names = upload.names[table]
    lacking = [ours for ours in REQUIRED[table] if not names[ours]]
    if lacking:
        missing = enumerated(t(f"field.{ours}") for ours in lacking)
        st.warning(t("upload.lacking", names=missing), icon=":material/rule:")
    if table in ("items", *SINGLE_FILES) and not any(names.get(ours) for ours in DESCRIBING):
        st.warning(t("upload.undescribed"), icon=":material/rule:")
    places = field_places(len(SCHEMAS[table]))
    labels = options.named(["", *upload.peeked[table].names], {"": t("upload.none")})
    for number, ours in enumerate(SCHEMAS[table]):
        with places[number]:
            star = " \\*" if ours in REQUIRED[table] else ""
            field(
                f"map_{table}_{ours}", t(f"field.{ours}") + star, labels, names[ours],
                partial(upload.choose, table, ours),
            )  # fmt: skip
    if table in WITH_EVENTS:
        event_meanings(upload)
    if table != "interactions" and upload.further(table):
        _further(upload, table)


def _further(upload: Upload, table: str) -> None:
    further = upload.further(table)
    key = f"keep_{table}"
    keeping = [name for name in further if name not in upload.left_out.get(table, [])]

    def keep() -> None:
        upload.left_out[table] = [name for name in further if name not in st.session_state[key]]
        upload.changed()

    state.tied(key, keeping, anew=True)
    st.multiselect(t(f"upload.further_{table}"), further, key=key, on_change=keep, help=t("upload.further_help"))


def _preview(upload: Upload, table: str) -> None:
    """The first rows as they will be read."""
    try:
        named = rename(upload.peeked[table], upload.mapping().get(table, {}))
    except InputError as refused:
        st.warning(problems.sentence(refused.problems[0]), icon=":material/error:")
        return
    renamed = first_rows(table, named, upload.choices, PREVIEWED)
    if "event" in renamed:
        events = upload.mapping()["events"]
        included = ~renamed["event"].isin([theirs for theirs, ours in events.items() if ours == LEAVE_OUT])
        renamed = renamed[included].assign(event=renamed["event"].replace(events))
    known = [name for name in SCHEMAS[table] if name in renamed]
    shown = renamed if table != "interactions" else renamed[known]
    shown = shown[[*known, *(name for name in shown if name not in known)]]
    st.markdown(f":gray[:small[{t('upload.preview', n=len(shown))}]]")
    st.dataframe(shown, hide_index=True, key=f"peek_{table}", height="content")

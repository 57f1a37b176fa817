"""From files to a prepared shop: choose, map, check, prepare."""

import streamlit as st

from ui.data import upload_form, upload_questions, upload_report
from ui.data.upload_forms import main_table
from ui.data.upload_preview import ten_products
from ui.data.upload_session import upload
from ui.text.words import t


def add_shop() -> None:
    """The part of the page that brings in a shop; each step is there once the one before it is done."""
    session = upload()
    with session.turn:
        upload_form.form(session)
        upload_form.files(session)
        upload_form.columns(session)
        if main_table(session.form) in session.files:
            upload_report.check(session)
            upload_questions.questions(session)
            ten_products(session)
            upload_report.prepare(session)
            upload_report.every_problem(session)
        elif session.files:
            st.info(
                t("upload.items_first" if session.form == "tables" else "upload.single_first"), icon=":material/info:"
            )

"""How tests give files to the Data page, and press what it offers."""

import time

from streamlit.testing.v1 import AppTest

from tests.ui.harness import fine, open_page, words

WIDGETS = {"items": "items", "log": "interactions", "users": "users", "promotions": "promotions"}


def open_data(part: str, **query: str) -> AppTest:
    """One part of the Data page."""
    return open_page("data", data=part, **query)


def shaped(app: AppTest, form: str) -> AppTest:
    """Choose what kind of files are brought in."""
    if app.session_state["_upload"].form != form:
        key = next(each.key for each in app.segmented_control if str(each.key).startswith("upload_form"))
        app.segmented_control(key=key).set_value(form).run()
    return fine(app)


def upload(app: AppTest, files: dict[str, str | bytes], form: str = "tables") -> AppTest:
    shaped(app, form)
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        app.file_uploader(key=f"upload_{WIDGETS.get(name, name)}").set_value((f"{name}.csv", raw, "text/csv"))
    return fine(app.run())


def pressed(app: AppTest, key: str) -> AppTest:
    """Press a button, and run until no job is on its way."""
    return settled(app.button(key=key).click().run())


def settled(app: AppTest) -> AppTest:
    """Run until no job is on its way."""
    for _ in range(100):
        if app.session_state["_upload"].job is None:
            break
        time.sleep(0.1)
        app.run()
    return fine(app)


def said(app: AppTest) -> str:
    return words(app, "markdown", "warning", "error", "success")

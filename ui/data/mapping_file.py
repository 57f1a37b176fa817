"""The mapping as a file: what was chosen on the page, for the command line or for the next time, and back."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from engine.data import InputError, read_mapping
from ui.data.upload import Upload
from ui.text import problems
from ui.text.words import t

NAME = "evenshelf-mapping.json"
REFUSED = "_mapping_refused"  # why the last mapping file was refused


def mapping_file(upload: Upload) -> None:
    """A button that gives the mapping as JSON, and a place to give one back."""
    with st.expander(t("upload.mapping_file"), icon=":material/file_json:"):
        st.markdown(f":gray[:small[{t('upload.mapping_note')}]]")
        st.download_button(
            t("upload.mapping_download"), lambda: _as_json(upload), NAME, "application/json", key="download_mapping",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        key = f"upload_mapping_{upload.round}"
        st.file_uploader(t("upload.mapping_upload"), type="json", key=key, on_change=lambda: _take(upload, key))
        if refused := st.session_state.get(REFUSED):
            st.warning(problems.sentence(refused), icon=":material/error:")


def _as_json(upload: Upload) -> str:
    """The mapping as `prepare --mapping` takes it."""
    chosen = {table: names for table, names in upload.mapping().items() if names}
    return json.dumps(chosen, ensure_ascii=False, indent=2) + "\n"


def _take(upload: Upload, key: str) -> None:
    """Use the mapping of a file, or remember why it cannot be used."""
    given = st.session_state.get(key)
    st.session_state[REFUSED] = None
    if given is None:
        return
    with TemporaryDirectory(prefix="evenshelf-") as folder:
        path = Path(folder) / "mapping.json"
        path.write_bytes(given.getvalue())
        try:
            upload.use_mapping(read_mapping(path))
        except InputError as refused:
            st.session_state[REFUSED] = refused.problems[0]

"""The one upload of a session, and the removal of those that were left behind."""

import shutil
import threading
import time
from pathlib import Path
from uuid import uuid4

import streamlit as st

from engine.data import home
from ui.data.upload import Upload

KEEP = 24 * 3600  # seconds after which the files of a session that ended are removed
_first = threading.Lock()  # a session has one upload


def upload() -> Upload:
    """What this session is bringing in."""
    with _first:
        if "_upload" not in st.session_state:
            _tidy()
            st.session_state["_upload"] = Upload(_uploads() / uuid4().hex)
        mine: Upload = st.session_state["_upload"]
        return mine


def _uploads() -> Path:
    return home() / "uploads"


def _tidy() -> None:
    """Remove the files of sessions that ended long ago."""
    for folder in _uploads().glob("*"):
        try:
            if time.time() - folder.stat().st_mtime > KEEP:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # another session has removed them already

"""Not a test: an app that shows texts as markdown and as they are, for `test_plain`."""

import json
from pathlib import Path

import streamlit as st

from ui.shell.page import badge
from ui.text.words import plain

for number, text in enumerate(json.loads(Path(st.query_params["texts"]).read_text(encoding="utf-8"))):
    with st.container(key=f"text_{number}"):
        st.markdown(f"« {plain(text)} »")
        st.markdown(f"**« {plain(text)} »**")
        st.markdown(f":gray[:small[« {plain(text)} »]]")
        badge("store", f"« {plain(text)} »", "green")
        st.warning(f"« {plain(text)} »")
        st.button(f"« {plain(text)} »", key=f"button_{number}")
st.container(key="texts_end").write("end")

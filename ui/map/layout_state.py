"""The layout that is drawn, and the progress of the final one."""

import streamlit as st

from ui.background.map_layout import MapWork
from ui.text.words import t


def layout_state(map_work: MapWork) -> None:
    """A line about the final layout, progress with a way to stop it, or a way to start it again."""
    if map_work.state == "running":
        _progress(map_work)
    elif map_work.state in ("cancelled", "failed"):
        st.markdown(f":small[{t(f'map.{map_work.state}')}]")
        st.button(t("map.again"), on_click=map_work.start, key="map_again")
    else:
        few = map_work.layout is not None and map_work.layout.method == "pca"
        words = t("map.few" if few else "map.final")
        st.markdown(f":gray[:small[{words}]]", text_alignment="right", help=t("map.layout_help"))


@st.fragment(run_every=1.0)
def _progress(map_work: MapWork) -> None:
    """Redrawn every second; the page is drawn anew when the work has ended."""
    if map_work.state != "running":
        st.rerun()
    bar, stop = st.columns([2.6, 1], vertical_alignment="bottom")
    bar.progress(map_work.share, text=f":small[{t('map.working')}]")
    stop.button(t("map.stop"), on_click=map_work.job.cancel, key="map_stop", type="tertiary")

"""What each event of a user's log means, one by one, with its lines once a check has counted them."""

import streamlit as st

from engine.data.reading.columns import EVENTS
from ui.data.fields import field, field_places
from ui.data.upload import Upload
from ui.data.upload_mapping import LEFT_OUT
from ui.text.words import plain, t

SHOWN = 40  # characters of an event's name


def event_meanings(upload: Upload) -> None:
    """A field for each event; those without a meaning are marked."""
    values = upload.event_values()
    if not values:
        st.markdown(f":gray[:small[{t('upload.no_event')}]]")
        return
    note = t("upload.events_counted" if upload.lines else "upload.events_note")
    st.markdown(f"**{t('upload.events')}**  \n:gray[:small[{note}]]")
    labels = {"": t("upload.no_such_event"), **{event: t(f"event.{event}") for event in EVENTS}}
    labels[LEFT_OUT] = t("upload.leave_event_out")
    for number, (place, value) in enumerate(zip(field_places(len(values)), values, strict=False)):

        def choose(ours: str, value: str = value) -> None:
            upload.events[value] = ours
            upload.changed()

        with place:
            field(f"event_{number}", _label(upload, value), labels, upload.events.get(value, ""), choose)


def _label(upload: Upload, value: str) -> str:
    """The event as the file writes it, its lines in the whole log, and a mark where it has no meaning yet."""
    name = plain(value[:SHOWN])
    lines = upload.lines.get(value)
    if lines is not None:
        name = t("upload.event_lines", event=name, n=lines, count=f"{lines:,}")
    return name if upload.events.get(value) else f":orange[:material/help:] {name}"

"""How long training a model takes on this machine, how much memory, and whether there is that much."""

import pandas as pd
import streamlit as st

from engine.data import Dataset
from engine.data.storage.memory import available, gigabytes
from engine.recommend.forecast import Size, forecast
from engine.recommend.time_forecast import machine_speed, training_seconds
from ui.models.work import Roster
from ui.text.words import t

LEAST = 100_000_000  # bytes, that a need of less is told as


def needed(roster: Roster, name: str) -> int:
    """Bytes that training the model will take."""
    return forecast(name, _size(roster.data, roster.data.hash, roster.until))


def seconds(roster: Roster, name: str) -> float:
    """About how many seconds training the model will take."""
    return training_seconds(name, _size(roster.data, roster.data.hash, roster.until), machine_speed())


def is_enough(roster: Roster, name: str) -> bool:
    """Whether this machine has the memory to train the model now."""
    return needed(roster, name) <= available()


def _about(size: int) -> str:
    """A size that is needed, never less than what one digit can say: no training takes 0.0 GB."""
    return gigabytes(max(size, LEAST))


def sentence(roster: Roster, name: str) -> str:
    """The memory needed and, if too little is free, how much is free and what to do."""
    takes = needed(roster, name)
    free = available()
    if takes <= free:
        return t("models.memory", needed=_about(takes))
    return t("models.memory_short", needed=_about(takes), free=gigabytes(free))


@st.cache_resource(max_entries=16, show_spinner=False)
def _size(_data: Dataset, hash_: str, until: pd.Timestamp) -> Size:
    """Cached by shop and cut-off."""
    return Size.of(_data.before(until))

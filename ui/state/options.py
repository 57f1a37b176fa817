"""Widgets that offer options by words.

Streamlit's browser sends back the words of what was chosen, not the option itself. So where the words of an option
change (another language, another λ in "the settings in use"), the widget has to become another one, or the old words
come back as if they were a choice; and two options must never have the same words.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import streamlit as st

from ui.state import view_state

_SHOWN = "_option_words"  # {widget: (its key, the words of its options)}, of this session
_NONE: dict[Hashable, str] = {}


def options(name: str, labels: Mapping[Any, str], first: Any = None) -> dict[str, Any]:
    """Arguments of a selectbox, segmented control, pills, multiselect or select slider: its options, words and key.

    labels: {option: words}, in the order shown. first: what is chosen until the user chooses. What they chose stays
    chosen when words change.
    """
    words = distinct(labels)
    key = _follow(name, words)
    if first is not None and key not in st.session_state:
        st.session_state[key] = first
    return {"options": list(words), "format_func": lambda option: words.get(option, str(option)), "key": key}


def tied(name: str, labels: Mapping[Any, str], value: Any) -> dict[str, Any]:
    """The same, showing a value that a link, or something else on the page, may have set."""
    arguments = options(name, labels)
    view_state.tied(arguments["key"], value)
    return arguments


def seeded(name: str, labels: Mapping[Any, str], wanted: Any) -> dict[str, Any]:
    """The same in a form: it shows what is declared, or what the user is choosing (`state.seeded`)."""
    arguments = options(name, labels)
    view_state.seeded(arguments["key"], wanted)
    return arguments


def setting(name: str, labels: Mapping[Any, str], value: Any = None) -> dict[str, Any]:
    """The same, tied to the setting of this name: it shows `value`, or what is set; what the user chooses is kept."""
    arguments = options(name, labels)
    return arguments | view_state.widget(name, value, arguments["key"])


def chosen(name: str, default: Any = None) -> Any:
    """What is chosen in a widget of options."""
    return st.session_state.get(key_of(name), default)


def choose(name: str, option: Any) -> None:
    """Choose an option, before the widget is drawn."""
    st.session_state[key_of(name)] = option


def forget(name: str) -> None:
    """Empty a widget of options."""
    st.session_state.pop(key_of(name), None)


def key_of(name: str) -> str:
    """The key that a widget of options has now."""
    key: str = st.session_state.get(_SHOWN, {}).get(name, (name, _NONE))[0]
    return key


def distinct(labels: Mapping[Any, str]) -> dict[Any, str]:
    """The same options with words that no two of them share: where two do, the option's id follows."""
    often = Counter(labels.values())
    return {option: words if often[words] == 1 else f"{words} · {option}" for option, words in labels.items()}


def named(values: Iterable[Any], words: Mapping[Any, str]) -> dict[Any, str]:
    """Labels of values that are shown as they are, but for those with words of their own."""
    return {value: words.get(value, str(value)) for value in values}


def _follow(name: str, words: dict[Hashable, str]) -> str:
    """The widget's key: a new one once an option's words have changed, which takes over what was chosen."""
    shown = st.session_state.setdefault(_SHOWN, {})
    key, known = shown.get(name, (name, _NONE))
    if any(known.get(option, label) != label for option, label in words.items()):
        old, key = key, _next(name, key)
        if old in st.session_state:
            st.session_state[key] = st.session_state[old]
    shown[name] = key, words
    return str(key)


def _next(name: str, key: str) -> str:
    return f"{name}_{int(key.removeprefix(f'{name}_')) + 1 if key != name else 2}"

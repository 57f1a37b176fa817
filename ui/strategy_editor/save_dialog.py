"""Save as strategy: what is set on a page becomes the next version of a name, a draft."""

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from engine.strategies import Version
from engine.strategy.strategy import Strategy
from ui import state
from ui.background.strategy_store import basis, opened, refused, remember, shop, signature
from ui.shell import navigation
from ui.strategy_editor import strategy_words
from ui.text.weights import weights
from ui.text.words import labelled, plain, t

SAVING = "_saving"  # of the session, while the dialog is open: the last version seen of each name


def button(bench: Bench, strategy: Strategy | None = None) -> None:
    """The button, and its dialog while that is open; None: what is set on the page."""
    st.button(t("save.button"), key="save_strategy", icon=":material/bookmark_add:", on_click=_begin, width="content")
    if SAVING in st.session_state:
        _dialog(bench, strategy or state.strategy())


def _begin() -> None:
    st.session_state[SAVING] = None  # what is there is read when the dialog opens


def _end() -> None:
    st.session_state.pop(SAVING, None)


def _dialog(bench: Bench, strategy: Strategy) -> None:
    @st.dialog(t("save.title"), on_dismiss=_end)
    def content() -> None:
        try:
            last_versions = _last_versions()
        except InputError as error:
            st.error(refused(error), icon=":material/error:")
            return
        st.markdown(f":gray[{t('save.what', surface=t(f'surface.{strategy.surface}'), set=plain(_brief(strategy)))}]")
        name = _name(list(last_versions))
        if name in last_versions:
            st.markdown(f":gray[:small[{t('save.next', n=last_versions[name] + 1)}]]")
        author, comment = signature("save")
        if st.button(t("save.yes"), key="save_yes", type="primary"):
            _save(bench, strategy, name, author, comment)

    content()


def _name(names: list[str]) -> str:
    """A field that keeps what is typed also where it is left by mouse, as a select box does not; and the names there
    are, to fill it with."""
    usual = state.view().strategy
    left, right = st.columns(2) if names else (st.container(), None)
    typed = left.text_input(
        t("save.name"), value=usual if usual in names else "", key="save_name", max_chars=80, help=t("save.name_help")
    )  # fmt: skip
    if right is not None:
        right.selectbox(t("save.name_known"), names, index=None, key="save_known", placeholder=t("save.name_choose"),
                        on_change=_take_known)  # fmt: skip
    return " ".join((typed or "").split())


def _take_known() -> None:
    st.session_state["save_name"] = st.session_state["save_known"] or ""


def _last_versions() -> dict[str, int]:
    """The last version of each name, as it was when the dialog opened: what they decide by."""
    if st.session_state[SAVING] is None:
        with opened() as store:
            st.session_state[SAVING] = {version.name: version.number for version in store.versions(shop(store))}
    last_versions: dict[str, int] = st.session_state[SAVING]
    return last_versions


def _brief(strategy: Strategy) -> str:
    parts = [t(f"method.{strategy.method}"), f"λ {weights(strategy)}"]
    parts.append(t("strategies.lists_are", k=strategy.k, pool=strategy.pool))
    if strategy.floor:
        parts.append(labelled(t("strategies.field.floor"), strategy_words.floor(strategy.floor)))
    if strategy.all_entries:
        parts.append(t("save.rules", n=len(strategy.all_entries)))
    if strategy.overrides:
        parts.append(t("save.exceptions", n=strategy.overrides.count))
    if strategy.exposure:
        parts.append(t("makers.badge"))
    return " · ".join(parts)


def _save(bench: Bench, strategy: Strategy, name: str, author: str, comment: str) -> None:
    """Save the strategy and link to it. If that fails, show the reason and keep what was typed."""
    last_versions = st.session_state[SAVING]
    try:
        with opened() as store:
            saved = store.save(
                shop(store), name, strategy, basis(bench),
                author=author, comment=comment, expected=last_versions.get(name.strip(), 0),
            )  # fmt: skip
    except InputError as error:
        st.error(refused(error), icon=":material/error:")
        if error.problems[0].kind == "changed_meanwhile":
            _meanwhile(bench, strategy, name.strip())
        return
    remember(author)
    last_versions[saved.name] = saved.number
    _saved(saved)


def _meanwhile(bench: Bench, strategy: Strategy, name: str) -> None:
    """Somebody else saved since: show what this version would change, and let the next press save after it."""
    with opened() as store:
        theirs = store.get(shop(store), name)
    st.session_state[SAVING][name] = theirs.number
    st.markdown(f"**{t('save.differs', n=theirs.number)}**")
    try:
        rows = strategy_words.differences(theirs.strategy, strategy, bench)
    except InputError as error:
        st.markdown(refused(error))
        return
    lines = [labelled(f"- {plain(label)}", f"{plain(before)} → **{plain(after)}**") for label, before, after in rows]
    st.markdown("\n".join(lines) or t("save.same"))
    st.markdown(f":gray[:small[{t('save.again', n=theirs.number + 1)}]]")


def _saved(saved: Version) -> None:
    st.success(t("save.done", what=strategy_words.titled(saved)), icon=":material/check_circle:")
    navigation.link("strategies", t("save.open"), strategy=saved.name, version=saved.number)

"""The download of an audit's report, and its sign-off: what was read, who signs or refuses, and why."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from engine.audit.results import Audit
from engine.data import InputError
from engine.reports import as_csv, as_html, as_json, audit_hash
from engine.strategies import Decision, Signature
from ui.background.strategy_store import opened, refused, remember, shop, signature
from ui.fairness.question import DeclaredAudit
from ui.shell import page
from ui.text.times import local
from ui.text.words import language, plain, t

DONE = "_signed"  # of the session: what was done last
KINDS = {"report.html": "text/html", "audit.json": "application/json", "results.csv": "text/csv"}


def sign_off(content: Audit, declared: DeclaredAudit) -> None:
    """The card: downloads, who has signed before, and the form."""
    done = st.session_state.pop(DONE, None)
    if done:
        st.toast(done, icon=":material/check_circle:")
    audit_id = audit_hash(content)
    with page.card(t("report.part.sign"), t("report.sign_note"), key="fair_sign"):
        before = _before(audit_id)
        _take_away(content, before[-1] if before else None)
        for earlier in before:
            st.markdown(_signature_text(earlier))
        _form(content, audit_id, declared)


def _before(audit_id: str) -> list[Signature]:
    try:
        with opened() as store:
            return store.signatures(shop(store), audit_id)
    except InputError as error:
        st.warning(refused(error), icon=":material/database:")
        return []


def _signature_text(signed: Signature) -> str:
    icon, colour = (("verified", "green"), ("block", "orange"))[signed.decision == "refused"]
    words = t(f"fairness.{signed.decision}_by", author=plain(signed.author), when=local(signed.at))
    comment = f"  \n:gray[:small[{plain(signed.comment)}]]" if signed.comment else ""
    return f":{colour}[:material/{icon}: {words}]{comment}"


def _take_away(content: Audit, signed: Signature | None) -> None:
    """Buttons for the report, in the language in use, with the last signature; and for its figures."""
    tongue = language()

    makers: dict[str, Callable[[], bytes]] = {
        "report.html": partial(as_html, content, tongue, signed),
        "audit.json": partial(as_json, content),
        "results.csv": lambda: as_csv([row.plain() for row in content.results]),
    }
    with st.container(horizontal=True, vertical_alignment="center"):
        for file, kind in KINDS.items():
            name = file.partition(".")[0]
            st.download_button(
                t(f"fairness.take.{name}"), makers[file], f"evenshelf-{file}", kind, icon=":material/download:",
                on_click="ignore", key=f"take_{name}", type="secondary" if name == "report" else "tertiary",
                help=t(f"fairness.take_help.{name}"),
            )  # fmt: skip


def points(content: Audit) -> list[str]:
    """What has to be confirmed before this audit can be signed."""
    sides = {row.side for row in content.results}
    present = {"gaps": "shoppers" in sides, "makers": "providers" in sides, "hidden": bool(content.suppressed)}
    return [*(name for name, needed in present.items() if needed), "limits"]


def _form(content: Audit, audit_id: str, declared: DeclaredAudit) -> None:
    required = points(content)
    left, right = st.columns([1, 1.2], gap="large")
    with left:
        st.markdown(f"**{t('fairness.confirm')}**")
        for name in required:
            st.checkbox(t(f"fairness.point.{name}"), key=f"point_{name}_{audit_id[:8]}")
    with right:
        author, comment = signature("sign")
    confirmed = [name for name in required if st.session_state.get(f"point_{name}_{audit_id[:8]}")]
    with st.container(horizontal=True, vertical_alignment="center"):
        ready = len(confirmed) == len(required)
        yes = st.button(
            t("fairness.sign"), key="sign_yes", type="primary", icon=":material/verified:", disabled=not ready
        )
        no = st.button(t("fairness.refuse"), key="sign_no", icon=":material/block:")
        if not ready:
            st.badge(
                t("fairness.confirmed", k=len(confirmed), n=len(required)), icon=":material/pending:", color="orange"
            )
    if yes or no:
        _keep(audit_id, "signed" if yes else "refused", author, comment, confirmed, declared)


def _keep(
    audit_id: str, decision: Decision, author: str, comment: str, confirmed: list[str], declared: DeclaredAudit
) -> None:
    try:
        with opened() as store:
            store.sign(
                shop(store), audit_id, decision, author=author, comment=comment,
                points=[t(f"fairness.point.{name}") for name in confirmed], strategy=declared.saved,
            )  # fmt: skip
    except InputError as error:
        st.error(refused(error), icon=":material/error:")
        return
    remember(author)
    st.session_state[DONE] = t(f"fairness.{decision}_done")
    st.rerun()

"""Models: which model should make our lists?"""

import streamlit as st

from engine.bench.catalogue import only_catalogue
from engine.data import default_cutoff
from engine.training import registry
from ui import state
from ui.background import preparation
from ui.models import comparison, progress, stored_models, switch
from ui.models.work import Roster
from ui.shell import navigation, page, preparation_panel
from ui.text.words import t


def roster(work: preparation.Preparation) -> Roster:
    """The models of the shop in use, as they are on disk now."""
    shop = preparation.address(state.get("shop")) or preparation.default_shop()
    folder, data = preparation.folder(), work.data
    assert data is not None
    until = default_cutoff(data)
    return Roster(shop, folder, data, until, registry.at(folder, until), registry.active(folder), work.bench)


def main() -> None:
    work = preparation.preparation()
    if work.bench is not None:
        state.fit(work.bench)
    if work.data is None:
        page.header("models", t("models.sentence"))
        preparation_panel.progress_panel(work)
        return
    if only_catalogue(work.data):
        page.header("models", t("models.sentence"))
        _catalogue(work)
        return
    here = roster(work)
    used = t(f"model.{here.active}")
    page.header("models", t("models.sentence"), [("model_training", t("models.badge", model=used), "green")])
    if work.bench is not None:
        page.stand_in(work.bench)
    else:
        preparation_panel.progress_panel(work)
    comparison.judge_next(here)
    progress.progress()
    comparison.comparison(here)
    stored_models.rows(here)
    switch.past(here)
    switch.pending(here)


def _catalogue(work: preparation.Preparation) -> None:
    """Nothing to learn from: what the shop has instead, and the way to add a log."""
    if work.bench is None:
        preparation_panel.progress_panel(work)
    st.info(t("models.catalogue"), icon=":material/info:")
    navigation.link("data", t("models.add_log"), data="add")


navigation.enter("models")
main()

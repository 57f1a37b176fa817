"""Models: which model should make our lists?"""

from engine.bench.contexts import context_of
from engine.data import Dataset
from ui import state
from ui.background import preparation
from ui.models import comparison, progress, stored_models, switch
from ui.models.no_log import no_log
from ui.models.roster import roster
from ui.shell import navigation, page, preparation_panel
from ui.text.words import t


def view(work: preparation.Preparation, data: Dataset) -> None:
    """The page of a shop with a log."""
    models = roster(work, data)
    used = models.active if work.bench is None else str(work.bench.card["name"])
    badge = t("models.badge", model=t(f"model.{used}"))
    page.header("models", t("models.sentence"), [("model_training", badge, "green")])
    if work.bench is not None:
        page.stand_in(work.bench)
    else:
        preparation_panel.progress_panel(work)
    comparison.judge_next(models)
    progress.progress()
    comparison.comparison(models)
    stored_models.rows(models)
    switch.past(models)
    switch.pending(models)


def main() -> None:
    work = preparation.preparation()
    data = work.data  # read once: it may come at any moment
    if work.bench is not None:
        state.fit(work.bench)
    if data is not None and context_of(data).trained:
        view(work, data)
        return
    page.header("models", t("models.sentence"))
    if data is None or work.bench is None:
        preparation_panel.progress_panel(work)
    if data is not None:
        no_log()


navigation.enter("models")
main()

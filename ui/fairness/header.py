"""The header of the page: whose lists are audited, and the strategy in question."""

from engine.bench.bench import Bench
from ui import state
from ui.fairness.question import USE, DeclaredAudit
from ui.shell import page
from ui.strategy_editor import in_use
from ui.text.words import plain, t


def header(bench: Bench, declared: DeclaredAudit | None) -> None:
    """declared: None where nothing can be asked of this shop."""
    badges = [("groups", t("fairness.shoppers", n=f"{len(bench.users):,}"), "gray")]
    if declared:
        first = 0 if declared.saved else 1  # the settings in use are called by λ and σ, a saved strategy is not
        badges += [("tune", plain(declared.names[1]), "green"), *in_use.badges(declared.now)[first:]]
    page.header("fairness", t("fairness.sentence"), badges)
    if declared and state.view().fair_now == USE:
        in_use.floor_notes(bench, ("", declared.now))

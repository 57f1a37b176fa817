"""The header of the page: how its figures are evaluated, and which model and strategies make the lists."""

from collections.abc import Mapping

from engine.bench.bench import Bench
from engine.strategy.strategy import Strategy
from ui import state
from ui.shell import page
from ui.strategy_editor import in_use
from ui.text.words import t


def header(bench: Bench, strategies: Mapping[str, Strategy]) -> None:
    """strategies: of each surface."""
    until = bench.card["until"]
    sentence = t("overview.judged", until=f"{until:.10}") if until else t("overview.sentence")
    audience = page.whose(bench, t("overview.scored", n=f"{len(bench.users):,}"), "groups")
    page.header("overview", sentence, [*_model(bench), audience, *in_use.badges(strategies[state.view().surface])])
    in_use.floor_notes(bench, *((t(f"surface.{surface}"), strategy) for surface, strategy in strategies.items()))
    page.stand_in(bench)
    page.lacking(bench)


def _model(bench: Bench) -> list[in_use.Badge]:
    """The badge that says which model makes the lists."""
    return [("model_training", t(f"model.{bench.card['name']}"), "gray")] if bench.context.trained else []

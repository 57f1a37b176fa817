"""The recommended next steps, each with its reason and a link."""

from collections.abc import Mapping

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve
from engine.explain.advice import Advice, advice
from engine.metrics import Estimate
from engine.strategy.strategy import Strategy
from ui import state
from ui.background import curves
from ui.overview.pair_steps import pair_steps
from ui.overview.step import step
from ui.shell import page
from ui.strategy_editor import recommended
from ui.text import kept_words
from ui.text.words import t

ICONS = {  # by the beginning of an advice's kind
    "room_up": ":green[:material/trending_up:]",
    "too_far": ":orange[:material/priority_high:]",
    "at_the_edge": ":green[:material/check_circle:]",
    "rules_break": ":orange[:material/rule:]",
    "narrow": ":orange[:material/filter_alt:]",
}


def next_steps(bench: Bench, shown: dict[str, Curve], strategies: Mapping[str, Strategy]) -> None:
    """shown, strategies: of each surface. A shop without purchases has no figures to give reasons with.

    First comes the pair of λ and σ advised on each surface; where it is not known yet, the advised λ."""
    requested = {surface: state.strategy(surface=surface) for surface in shown}
    with page.card(t("overview.next")):
        paired = pair_steps(bench, requested)
        best = {
            surface: None if surface in paired else curves.recommended(bench, strategy)
            for surface, strategy in requested.items()
        }
        for entry in advice(shown, strategies, best):
            _advice_step(entry, strategies)
        if "similar" in shown:
            step(":green[:material/manage_search:]", t("lacking.look"), t("lacking.look_why"), "tune")
            step(":orange[:material/add_shopping_cart:]", t("lacking.add"), t("lacking.add_why"), "data")


def _advice_step(entry: Advice, strategies: Mapping[str, Strategy]) -> None:
    icon = next(icon for kind, icon in ICONS.items() if entry.kind.startswith(kind))
    key, blanks, settings = f"advice.{entry.kind}", _blanks(entry), dict(entry.settings)
    strategy = strategies.get(str(settings.get("surface")))
    if entry.recommended is not None and strategy is not None and strategy.spread:
        blanks["best"] = recommended.level_words(entry.recommended, strategy)
        settings["spread"] = 0.0
    step(icon, t(key, **blanks), t(f"{key}_why", **blanks), entry.page, **settings)


def _blanks(entry: Advice) -> dict[str, str]:
    """The blanks of an advice's sentences; what is kept stands with its interval."""
    blanks = {name: f"{value:.2f}" if name == "best" else f"{100 * value:.1f}" for name, value in entry.figures.items()}
    if entry.recommended is None:
        return blanks
    now = Estimate(*(entry.figures.get(f"now_{name}", float("nan")) for name in Estimate._fields))
    return blanks | {
        "surface": t(f"surface.{entry.settings['surface']}"),
        "goal": recommended.goal(entry.recommended),
        "kept": recommended.kept(entry.recommended),
        "now": kept_words.share(now),
    }

"""What a story is: a chain of steps, each a page with settings, a sentence and the figures in it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from engine.bench.bench import Bench
from engine.diagnosis.audience import option_of
from engine.diagnosis.stories.figures import StoryFigure
from engine.strategy.strategy import Strategy

Name = Literal["alike", "free", "bubble"]
KEPT = 0.9  # of their own relevance that the shopper of a story keeps; a mean over all says little of one list


@dataclass(frozen=True)
class StoryStep:
    """A page, the settings that show it (all others at their default), its sentence, and the figures in there."""

    page: str
    settings: dict[str, Any]
    sentence: str
    figures: dict[str, StoryFigure]


@dataclass(frozen=True)
class Story:
    """A chain of steps; without any, `reason` names the sentence that says why, and `figures` are the figures in it."""

    name: Name
    steps: tuple[StoryStep, ...] = ()
    reason: str = ""
    figures: dict[str, StoryFigure] = field(default_factory=dict)


def shopper_option(bench: Bench, row: int) -> str:
    """The option of the shopper in a row, as links write it."""
    return option_of(str(bench.history.users["user_id"].iat[bench.users[row]]))


def against_zero(strategy: Strategy, best: float) -> dict[str, Any]:
    """Compare's settings: λ = 0 on the left, the λ found on the right."""
    return {"from_method": strategy.method, "from_diversity": 0.0, "method": strategy.method, "diversity": best}

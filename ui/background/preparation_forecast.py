"""How long the preparation of a shop for the pages will take, and how much memory, before it starts."""

from dataclasses import dataclass

from engine.data import Dataset, default_cutoff
from engine.data.storage.memory import taken
from engine.recommend.forecast import Size, forecast, lists_memory
from engine.recommend.time_forecast import lists_seconds, machine_speed, training_seconds

MODEL = "blend"  # what a shop opens with
SURFACES = 2  # all products, and those new to the shopper
WORTH = 60.0  # seconds: below, nothing is said


@dataclass(frozen=True)
class Forecast:
    """About how many seconds, and bytes of memory in all."""

    seconds: float
    n_bytes: int


def preparation_forecast(data: Dataset) -> Forecast | None:
    """The model, candidates and lists of everyone; None where it takes less than a minute, or there is no log."""
    if data.positives().empty:
        return None
    size = Size.of(data.before(default_cutoff(data)))
    speed = machine_speed()
    seconds = training_seconds(MODEL, size, speed) + SURFACES * lists_seconds(MODEL, size, size.users, speed)
    if seconds < WORTH:
        return None
    more = max(forecast(MODEL, size), SURFACES * lists_memory(size, size.users))
    return Forecast(seconds, taken() + more)

"""What the lists of a strategy depend on, as a key for files that keep what was computed of them."""

from engine.bench.bench import Bench
from engine.strategy.strategy import Strategy


def lists_identity(bench: Bench, strategy: Strategy) -> tuple[str, ...]:
    """The shop, the model and its training, the strategy, and the rules that hold on the bench's day."""
    model = (str(bench.card.get(name)) for name in ("name", "until", "trained_at"))
    entries = ",".join(str(number) for number in strategy.entries(bench.today))
    return (bench.data.hash, *model, strategy.model_dump_json(), entries)

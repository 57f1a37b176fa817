"""What the crowding prices of a strategy depend on: the key under which they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bench.bench import Bench
from engine.data.storage.files import checksum
from engine.strategy.strategy import Strategy

VERSION = 1  # of the computation; raised when the same inputs give other prices
WITHOUT_EFFECT = {"name", "surfaces", "starts", "ends"}  # fields of a rule that do not matter once it holds


@dataclass(frozen=True)
class CrowdingKey:
    """The key of the prices of one strategy on one bench.

    strategy  the fields of the strategy that lists depend on, without rules
    inputs    everything else that prices depend on: "data", "model", "rules", "encoder" and "version"
    live      whether the model knows the whole log; prices of such a model are never compared with those of one that
              stands at an earlier cut-off
    """

    strategy: Mapping[str, Any] = field(hash=False)
    inputs: Mapping[str, Any] = field(hash=False)
    live: bool

    @property
    def series(self) -> str:
        """The same for prices of this strategy under other data, models and rules."""
        return checksum({"strategy": self.strategy, "live": self.live})[:16]

    @property
    def name(self) -> str:
        """Differs whenever the prices may."""
        return f"{self.series}-{checksum({'strategy': self.strategy, 'inputs': self.inputs})[:32]}"


def crowding_key(bench: Bench, strategy: Strategy) -> CrowdingKey:
    """The key of a strategy's prices today. Exposure floor, relevance floor and names do not count."""
    fields = strategy.at(exposure=None, floor=None).model_dump(mode="json", exclude={"constraints", "rules"})
    for policy in (fields.get("overrides") or {}).get("policies", ()):
        policy.pop("name", None)
    card, entries = bench.card, strategy.entries(bench.today).values()
    inputs = {
        "version": VERSION,
        "data": bench.data.hash,
        "model": {name: card.get(name) for name in ("name", "until", "trained_at")},
        "encoder": None if strategy.similarity == "behaviour" else bench.encoder,
        "rules": [entry.model_dump(mode="json", exclude=WITHOUT_EFFECT) for entry in entries],
    }
    return CrowdingKey(fields, inputs, card["until"] is None)

"""A peer's hyper-parameters, chosen on one validation window only, separately for each scope."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.peers import PEERS, Row
from benchmarks.peers.windows import SCOPES, Window
from engine.recommend import Config, Model, Scope

Settings = dict[str, Any]
Show = Callable[[str], None]
ROUNDS = 2  # through all settings


@dataclass(frozen=True)
class Chosen:
    """settings by scope; ndcg: on the validation window; tried: points seen; seconds for all of it."""

    settings: dict[Scope, Settings]
    ndcg: dict[Scope, float]
    tried: int
    seconds: float


def choose(name: str, window: Window, show: Show) -> Chosen:
    """Coordinate search from the defaults on mean nDCG@10; ties keep the value that stands earlier."""
    row, began = PEERS[name], time.monotonic()
    seen: dict[tuple[Any, ...], dict[Scope, float]] = {}

    def value(settings: Settings, scope: Scope) -> float:
        key = tuple(settings.values())
        if key not in seen:
            model = build(row, settings).fit(window.history)
            lists = {each: window.candidates(model, each).items for each in SCOPES}
            seen[key] = {each: window.ndcg(lists[each], each) for each in SCOPES}
            show(f"  {name} {settings}: " + ", ".join(f"{each} {seen[key][each]:.4f}" for each in SCOPES))
        return seen[key][scope]

    settings = {scope: search(row, scope, value) for scope in SCOPES}
    best = {scope: value(settings[scope], scope) for scope in SCOPES}
    return Chosen(settings, best, len(seen), round(time.monotonic() - began, 1))


def search(row: Row, scope: Scope, value: Callable[[Settings, Scope], float]) -> Settings:
    current = start(row)
    for _ in range(ROUNDS if len(row.grid) > 1 else 1):
        before = dict(current)
        for setting, values in row.grid.items():
            points = [current, *({**current, setting: each} for each in values if each != current[setting])]
            current = max(points, key=lambda point: value(point, scope))
        if current == before:
            break
    return current


def start(row: Row) -> Settings:
    """The model's defaults for the settings of the grid; the middle of the grid where it has no such default."""
    default = row.kind.config_type()().model_dump()
    return {setting: default.get(setting, values[len(values) // 2]) for setting, values in row.grid.items()}


def build(row: Row, settings: Settings) -> Model:
    """A model, not fitted, of these settings of the grid."""
    own = {name: value for name, value in settings.items() if name != "ridge"}
    own |= dict.fromkeys(row.together, settings.get("ridge"))
    config: Config = row.kind.config_type().model_validate(own)
    return row.kind(config)

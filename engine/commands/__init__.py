"""The commands, one file each: `arguments(parser)` defines the options, `run(options)` runs the command."""

from types import ModuleType

from engine.commands import (
    advise,
    audit,
    crowding,
    evaluate,
    export,
    homogenization,
    metrics,
    models,
    policies,
    prepare,
    rerank,
    search,
    serve,
    strategies,
    train,
    tune,
)

COMMANDS: dict[str, ModuleType] = {
    "prepare": prepare,
    "train": train,
    "models": models,
    "evaluate": evaluate,
    "rerank": rerank,
    "crowding": crowding,
    "metrics": metrics,
    "audit": audit,
    "homogenization": homogenization,
    "tune": tune,
    "advise": advise,
    "policies": policies,
    "strategies": strategies,
    "search": search,
    "export": export,
    "serve": serve,
}

"""Checkpoints from which a killed training continues: tensors in safetensors, counters in JSON.

The counters name the tensors' file and are written last, so the two always belong together.
"""

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor
from torch.optim import Optimizer

from engine.data import Dataset
from engine.data.storage.files import read_document, write_document
from engine.data.storage.tensors import read_tensors, write_tensors
from engine.recommend.base import Config

COUNTERS = "progress.json"  # also what a page reads while training runs


@dataclass
class TrainingProgress:
    """key: of data and settings; epoch: how many are done; curve: a row of figures an epoch, the first of the
    untrained model; best: the epochs whose weights are kept, the best first."""

    key: str
    epoch: int = -1
    curve: list[dict[str, float]] = field(default_factory=list)
    best: list[int] = field(default_factory=list)


def training_key(data: Dataset, config: Config) -> str:
    """A key that changes whenever the course of training would."""
    parts = [
        data.hash,
        data.positive,
        str(data.cutoff),
        str(data.start),
        str(len(data.interactions)),
        config.model_dump_json(),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def write_checkpoint(folder: Path, progress: TrainingProgress, tensors: dict[str, Tensor]) -> None:
    """Keep this state instead of the one before."""
    name = f"epoch-{progress.epoch}.safetensors"
    write_tensors(folder / name, {key: value.detach().cpu().numpy() for key, value in tensors.items()})
    write_document(folder / COUNTERS, asdict(progress) | {"tensors": name})
    for old in folder.glob("epoch-*.safetensors"):
        if old.name != name:
            old.unlink(missing_ok=True)


def read_checkpoint(folder: Path, key: str) -> tuple[TrainingProgress, dict[str, Tensor]] | None:
    """The state kept last; None where there is none, or one of other data or settings, or a damaged one."""
    try:
        notes = read_document(folder / COUNTERS)
        name = notes.pop("tensors")
        progress = TrainingProgress(**notes)
        arrays = read_tensors(folder / name) if progress.key == key else {}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    tensors = {name: torch.tensor(array) for name, array in arrays.items()}
    return (progress, tensors) if progress.key == key else None


def optimizer_tensors(optimizer: Optimizer) -> dict[str, Tensor]:
    """AdamW's state under flat names: "17.exp_avg"."""
    state = optimizer.state_dict()["state"]
    return {f"{number}.{name}": value for number, entry in state.items() for name, value in entry.items()}


def restore_optimizer(optimizer: Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put back what `optimizer_tensors` gave."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, name = key.split(".", 1)
        state.setdefault(int(number), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})

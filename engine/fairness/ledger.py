"""The ledger of what saved audits have released, so that a later audit cannot be subtracted from them.

One JSON file: who was in every set of which a figure was released, by pseudonym. It says of nobody more than group
membership, yet it stays with the shop, readable by its owner alone.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.fairness.sealed import read_sealed, write_sealed

Array = np.ndarray


@dataclass(frozen=True)
class Ledger:
    """The released sets of shoppers.

    people: pseudonyms; released: per figure bool [S, P], its released sets; threshold: the lowest that an audit had.
    """

    people: tuple[str, ...] = ()
    released: Mapping[str, Array] = field(default_factory=dict)
    threshold: int | None = None

    def before(self, figure: str, people: list[str]) -> tuple[Array, int]:
        """The released sets of a figure, bool [S, U + O], and O.

        They are over `people` first, then over O others whom only the ledger knows.
        """
        place = {name: number for number, name in enumerate(people)}
        others = [name for name in self.people if name not in place]
        place |= {name: len(people) + number for number, name in enumerate(others)}
        sets = self.released.get(figure, np.zeros((0, len(self.people)), dtype=bool))
        result = np.zeros((len(sets), len(people) + len(others)), dtype=bool)
        result[:, [place[name] for name in self.people]] = sets
        return result, len(others)

    def adding(self, figures: Mapping[str, Array], people: list[str], threshold: int) -> "Ledger":
        """This ledger with further sets bool [S, U] over `people`, each kept only once."""
        known = set(self.people)
        everybody = self.people + tuple(name for name in people if name not in known)
        place = {name: number for number, name in enumerate(everybody)}
        where = [place[name] for name in people]
        released = {}
        for figure in sorted({*self.released, *figures}):
            old = self.released.get(figure, np.zeros((0, len(self.people)), dtype=bool))
            new = figures.get(figure, np.zeros((0, len(people)), dtype=bool))
            wide = np.zeros((len(old) + len(new), len(everybody)), dtype=bool)
            wide[: len(old), : len(self.people)] = old
            wide[len(old) :, where] = new
            released[figure] = np.unique(wide, axis=0)
        return Ledger(everybody, released, min(threshold, self.threshold or threshold))


def read_ledger(path: Path, key: bytes) -> Ledger:
    """The ledger in a file, or an empty one. Raises InputError where it cannot be read, or has another key."""

    def read(content: dict[str, Any]) -> Ledger:
        people = tuple(content["people"])
        released = _by_metric({figure: _unpacked(sets, len(people)) for figure, sets in content["told"].items()})
        return Ledger(people, released, int(content["threshold"]))

    return read_sealed(path, key, "ledger", read) if path.exists() else Ledger()


def write_ledger(path: Path, ledger: Ledger, key: bytes) -> None:
    """Write the file, whole or not at all, for its owner alone."""
    released = {figure: [_packed(row) for row in sets] for figure, sets in ledger.released.items()}
    content = {"threshold": ledger.threshold, "people": list(ledger.people), "told": released}
    write_sealed(path, key, content)


def _by_metric(released: Mapping[str, Array]) -> dict[str, Array]:
    """Earlier ledgers kept dates apart ("ndcg since …"), which an attacker could turn a second on."""
    by_metric: dict[str, Array] = {}
    for figure, sets in released.items():
        metric = figure.partition(" since ")[0]
        by_metric[metric] = np.concatenate([by_metric[metric], sets]) if metric in by_metric else sets
    return by_metric


def _packed(row: Array) -> str:
    return base64.b64encode(np.packbits(row).tobytes()).decode("ascii")


def _unpacked(sets: list[str], width: int) -> Array:
    rows = [np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8) for text in sets]
    if any(len(row) != (width + 7) // 8 for row in rows):
        raise ValueError("a set of another length than the list of people")
    bits = [np.unpackbits(row, count=width).astype(bool) for row in rows]
    return np.array(bits, dtype=bool).reshape(len(rows), width)

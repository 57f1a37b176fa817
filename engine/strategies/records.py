"""The records that the store returns: versions of strategies, and their events. They are immutable."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from engine.data.problems import refuse
from engine.strategies.schedule import Window
from engine.strategy.strategy import Strategy

Status = Literal["draft", "approved", "live", "retired"]
Decision = Literal["signed", "refused"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
STATUSES: tuple[Status, ...] = get_args(Status)  # in the order of a life; each may follow only the one before it


@dataclass(frozen=True)
class Basis:
    """The data on which a strategy was judged.

    data_hash  the shop's `Dataset.hash`
    model      name of the model that scored, None where a catalogue alone makes the lists
    cutoff     the model knew the log before this moment, as its card writes it; None = all of it
    """

    data_hash: str
    model: str | None = None
    cutoff: str | None = None


@dataclass(frozen=True)
class Version:
    """One version of a named strategy, as it was saved, with its status at the moment of asking.

    number      1, 2, 3 ... without a gap within (shop, name)
    content     the strategy as canonical JSON; `sha256` is the hash (hex) of these bytes
    author      who saved it, why (`comment`) and when (`created_at`, UTC)
    status      the last of its events; `window` says when it applies if that is `live`
    """

    shop: str
    name: str
    number: int
    surface: str
    content: str
    sha256: str
    author: str
    comment: str
    created_at: datetime
    basis: Basis
    status: Status
    window: Window

    @property
    def strategy(self) -> Strategy:
        """The strategy itself. Raises InputError for content that was damaged, or that this Evenshelf cannot read."""
        if hashlib.sha256(self.content.encode()).hexdigest() != self.sha256:
            fix = "restore the database from a backup, or save the strategy anew"
            raise refuse(str(self), "damaged", "what is stored is not what was saved", fix, column="sha256")
        return Strategy.checked(json.loads(self.content), str(self))

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


@dataclass(frozen=True)
class Event:
    """One step in the life of a version: its new status, who took the step, why, when (UTC), and for `live` the
    window it applies in."""

    name: str
    number: int
    status: Status
    author: str
    comment: str
    at: datetime
    window: Window


@dataclass(frozen=True)
class Signature:
    """Who signed, or refused to sign, the report of an audit, and when (UTC).

    audit     SHA-256 (hex) of the audit's JSON
    points    what the author confirmed, in the words that were read
    strategy  name and number of the saved version that was audited, None where it was not a saved one
    """

    shop: str
    audit: str
    decision: Decision
    author: str
    comment: str
    points: tuple[str, ...]
    at: datetime
    strategy: tuple[str, int] | None = None


def canonical(strategy: Strategy) -> tuple[str, str]:
    """A strategy as JSON that is the same for equal strategies, and its sha256 (hex)."""
    content = json.dumps(strategy.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return content, hashlib.sha256(content.encode()).hexdigest()

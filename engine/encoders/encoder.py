"""The protocol of every encoder."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.data import Progress, silent

Floats = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors whose cosine is the similarity of the texts.

    fingerprint: changes whenever the vectors of the same texts would; caches are keyed by it.
    """

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def dim(self) -> int: ...

    def encode(self, texts: Sequence[str], report: Progress = silent) -> Floats:
        """float32 [n, dim], L2-normalised rows."""
        ...

"""Exempt shops that stay in memory from Python's garbage collection.

Streamlit runs a full collection after every run of a page. An opened shop is some hundred thousand objects that stay:
looking at all of them took half of the time of a move of λ (`benchmarks/move.py`).
"""

import ctypes
import gc
import sys


def freeze_memory() -> None:
    """Collect what nobody uses, then exempt what is left from later collections.

    Called when a shop has become ready and when one has been closed; between the two, what is exempt stays so.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    _return_to_system()


def _return_to_system() -> None:
    """Give free memory back where the C library keeps it for later (glibc, which Linux uses)."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)

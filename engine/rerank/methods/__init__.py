"""The methods by name. A new method is a file of that name with a kernel of that name, and one row here."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

METHODS = {
    "mmr": "Carbonell & Goldstein 1998",
    "msd": "Gollapudi & Sharma 2009",
    "dpp": "Chen, Zhang & Zhou 2018",
    "ssd": "Huang et al. 2021",
    "cover": "Lin & Bilmes 2011",
    "xquad": "Santos, Macdonald & Ounis 2010",
    "calibrated": "Steck 2018",
    "richness": "exact for one facet",
}

Kernel: TypeAlias = Callable[..., Any]


@cache
def kernel(method: str) -> Kernel:
    """The compiled kernel of a method. Importing it imports numba, which takes seconds, so it is imported only when
    needed.
    """
    run = getattr(import_module(f"engine.rerank.methods.{method}"), method)
    forget_stale(Path(run.stats.cache_path))
    return run  # type: ignore[no-any-return]


@cache
def forget_stale(folder: Path) -> None:
    """Drop what numba cached of this package before any of its files was changed: it looks only at a function's own
    file, not at those of the functions that are compiled into it."""
    newest = max(source.stat().st_mtime for source in Path(__file__).parents[1].rglob("*.py"))
    for index in folder.glob("*.nbi"):
        if index.stat().st_mtime < newest:
            index.unlink(missing_ok=True)

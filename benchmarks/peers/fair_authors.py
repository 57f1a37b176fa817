"""What the authors' own programs of FA*IR and P-MMF give, on small inputs that our tests then repeat.

    python -m benchmarks.peers.fair_authors P_MMF_FOLDER     writes benchmarks/results/fair_authors.json

P_MMF_FOLDER: a checkout of github.com/XuChen0427/P-MMF (MIT). `fairsearchcore` 1.0.4 (Apache-2.0) and `cvxpy` must be
importable; no part of Evenshelf needs them. Two things of theirs are set right first: fairsearchcore never looks at the
last place when it adjusts α (`range(1, len(mtable))`), and its keys' hash is no whole number under pandas 3.
"""

import contextlib
import importlib.util
import inspect
import io
import json
import os
import sys
import tempfile
from argparse import Namespace
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.report import machine

RESULT = Path(__file__).parents[1] / "results" / "fair_authors.json"
LENGTHS, SHARES, LEVELS = (10, 15, 20, 30, 40), (0.2, 0.3, 0.4, 0.5, 0.6, 0.7), (0.01, 0.05, 0.1, 0.15)
WEIGHT, MOMENTUM = 0.1, 0.1  # the authors' own
SETTINGS = ({"seed": 0, "rate": 1e-3}, {"seed": 1, "rate": 1e-2}, {"seed": 2, "rate": 0.1})
SHOPPERS, ITEMS, PROVIDERS, K = 48, 60, 7, 5


def instance(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Raw scores float64 [SHOPPERS, ITEMS] and each item's provider int64 [ITEMS]; some providers score lower."""
    rng = np.random.default_rng(seed)
    maker = np.concatenate([np.arange(PROVIDERS), rng.integers(PROVIDERS, size=ITEMS - PROVIDERS)])
    return rng.normal(size=(SHOPPERS, ITEMS)) - 0.3 * maker, maker


def log(maker: np.ndarray) -> pd.DataFrame:
    """Every shopper once among the last tenth, in order, as the authors' program takes its arrivals."""
    lines = 10 * SHOPPERS
    item = np.arange(lines) % ITEMS
    user = np.concatenate([np.arange(lines - SHOPPERS) % SHOPPERS, np.arange(SHOPPERS)])
    names = ("user_id:token", "business_id:token", "stars:float", "date:float", "city:token")
    return pd.DataFrame(dict(zip(names, (user, item, np.ones(lines), np.arange(lines), maker[item]), strict=True)))


def minimums() -> list[dict[str, Any]]:
    """FA*IR's tables, with every place looked at."""
    from fairsearchcore import fail_prob, mtable_generator

    source = inspect.getsource(mtable_generator.compute_aux_mtable)
    whole = source.replace("range(1, len(mtable))", "range(1, len(mtable) + 1)")
    assert whole != source, "another version than the one that was looked at"
    exec(compile(whole, "fairsearchcore", "exec"), mtable_generator.__dict__)
    fail_prob.LegalAssignmentKey.__hash__ = lambda key: hash((key.current_block_number, key.candidates_assigned_so_far))
    return [
        {"k": k, "p": p, "alpha": alpha, "adjust": adjust,
         "least": mtable_generator.MTableGenerator(k, p, alpha, adjust).mtable_as_list()}
        for k in LENGTHS for p in SHARES for alpha in LEVELS for adjust in (False, True)
    ]  # fmt: skip


def authors(folder: Path) -> ModuleType:
    """Their program as a module, in a numpy of its time; what only its graphics card needs is left out."""
    for name in ("matplotlib", "matplotlib.pyplot", "cvxpylayers", "cvxpylayers.torch"):
        module = sys.modules[name] = ModuleType(name)
        module.use, module.CvxpyLayer = (lambda _: None), None  # type: ignore[attr-defined]
    for name, kind in (("int", int), ("float", float)):
        setattr(np, name, kind)
    spec = importlib.util.spec_from_file_location("authors", folder / "P-MMF.py")
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def served(program: ModuleType, seed: int, rate: float) -> list[float]:
    """Their figures W, RRQ and MMF on one instance."""
    scores, maker = instance(seed)
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            Path("dataset/small").mkdir(parents=True)
            Path("tmp").mkdir()
            log(maker).to_csv("dataset/small/small.simulation.inter", sep="\t", index=False)
            np.save("tmp/bpr_small_simulation.npy", scores)
            asked = Namespace(Time=SHOPPERS, base_model="bpr", Dataset="small", topk=K, eta=rate, alpha=MOMENTUM)
            with contextlib.redirect_stdout(io.StringIO()):
                return [float(value) for value in program.P_MMF_CPU(WEIGHT, asked)]
        finally:
            os.chdir(here)


def main() -> None:
    tables = minimums()
    program = authors(Path(sys.argv[1]))
    figures = [{**each, "W, RRQ, MMF": served(program, **each)} for each in SETTINGS]
    finding = (
        f"{len(tables)} tables of FA*IR (fairsearchcore) and {len(figures)} runs of P-MMF's program, for the tests to "
        "repeat."
    )
    print(finding)
    used = {name: version(name) for name in ("cvxpy",)} | {"fairsearchcore": "1.0.4"}
    result = {"finding": finding, "machine": machine(), "versions": used, "p_mmf": figures, "fair_share": tables}
    lines = json.dumps(result, ensure_ascii=False).replace('{"k"', '\n {"k"').replace('{"seed"', '\n {"seed"')
    RESULT.write_text(lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

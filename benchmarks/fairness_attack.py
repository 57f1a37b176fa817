"""Can a reader of saved audits work out what they suppress?

    python -m benchmarks.fairness_attack        writes benchmarks/results/fairness_attack.json

TRIES invented shops are each audited AUDITS times, by one column or two crossed, with other few shoppers left out each
time. The attacker knows which groups and audits overlap, reads nothing but the rows told (n and value), and takes every
linear combination of them: is the number, or the mean, of a suppressed group determined? Then it bounds the numbers: is
there but one table of whole people that fits? Beside it: the same audits when only small groups are suppressed, which
is no protection.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linprog

from engine.fairness import Ledger, Plan, audit_shoppers, group_by

TRIES, AUDITS, THRESHOLD, SEED = 1_000, 4, 11, 0
BY = ("a", "b", "a+b", "c")
PLAN = Plan(draws=10, permutations=10, threshold=THRESHOLD)
RESULT = Path(__file__).parent / "results" / "fairness_attack.json"
Array = np.ndarray
Sets = dict[bytes, Array]


def shop(rng: np.random.Generator) -> tuple[dict[str, Array], Array]:
    """Columns of 80 to 300 shoppers, uneven, and a figure of each."""
    n = int(rng.integers(80, 300))
    columns = {
        name: rng.choice(size, n, p=rng.dirichlet(np.full(size, 0.8))).astype(str).astype(object)
        for name, size in (("a", 4), ("b", 3), ("c", 5))
    }
    return columns, rng.random(n)


def told_and_hidden(rng: np.random.Generator, defended: bool) -> tuple[Array, Array]:
    """The sets of shoppers told of in all audits of one shop, and those suppressed for being few, bool [S, U]."""
    columns, figure = shop(rng)
    n = len(figure)
    people, ledger = [str(u) for u in range(n)], Ledger()
    told: list[Array] = []
    hidden: list[Array] = []
    for _ in range(AUDITS):
        inside = np.ones(n, dtype=bool)
        inside[rng.choice(n, int(rng.integers(0, 15)), replace=False)] = False
        rows = np.flatnonzero(inside)
        groups = group_by(str(rng.choice(BY)), {name: values[rows] for name, values in columns.items()})
        mine = [people[row] for row in rows]
        earlier = ledger.before("figure", mine)
        found = audit_shoppers({"figure": figure[rows]}, [groups], plan=PLAN, before=lambda _, e=earlier: e)
        if defended:
            ledger = ledger.adding({"figure": found.released["figure"]}, mine, THRESHOLD)
            shown = {row.group for row in found.rows}
            told += [_wide(rows, np.ones(len(rows), dtype=bool), n)] if shown else []
        else:
            sizes = np.bincount(groups.codes, minlength=len(groups.names))
            shown = {name for name, size in zip(groups.names, sizes, strict=True) if size >= THRESHOLD}
            told.append(_wide(rows, np.ones(len(rows), dtype=bool), n))
        for number, name in enumerate(groups.names):
            members = _wide(rows, groups.members(number), n)
            if name in shown:
                told.append(members)
            elif 0 < members.sum() < THRESHOLD:
                hidden.append(members)
    return np.array(told, dtype=bool).reshape(-1, n), np.array(hidden, dtype=bool).reshape(-1, n)


def _wide(rows: Array, members: Array, n: int) -> Array:
    wide = np.zeros(n, dtype=bool)
    wide[rows[members]] = True
    return wide


def attacked(told: Array, hidden: Array) -> tuple[int, int, int]:
    """How many suppressed groups there are, are determined by combinations, and by bounds on whole numbers."""
    if not len(hidden) or not len(told):
        return len(hidden), 0, 0
    both = np.concatenate([told, hidden])
    atoms, sizes = np.unique(both, axis=1, return_counts=True)
    system, wanted = atoms[: len(told)].astype(float), atoms[len(told) :].astype(float)
    solved = np.linalg.lstsq(system.T, wanted.T, rcond=None)[0]
    exact = np.abs(system.T @ solved - wanted.T).max(axis=0) < 1e-8
    inside = atoms.any(axis=0)  # who stands in no told or suppressed set has no part in it
    pinned = [not exact[i] and _pinned(system[:, inside], wanted[i][inside], sizes[inside]) for i in range(len(wanted))]
    return len(hidden), int(exact.sum()), int(sum(pinned))


def _pinned(system: Array, wanted: Array, sizes: Array) -> bool:
    """Whether every table of numbers ≥ 0 that fits what is told has the same number in the suppressed group."""
    ends = [
        linprog(sign * wanted, A_eq=system, b_eq=system @ sizes, bounds=(0, None), method="highs") for sign in (1, -1)
    ]
    low, high = ends[0].fun, -ends[1].fun if ends[1].status == 0 else np.inf
    return bool(np.floor(high + 1e-6) <= np.ceil(low - 1e-6))


def campaign(defended: bool) -> dict[str, Any]:
    counts = np.array([attacked(*told_and_hidden(np.random.default_rng([SEED, t]), defended)) for t in range(TRIES)])
    return {
        "suppressed_groups": int(counts[:, 0].sum()),
        "worked_out_by_combinations": int(counts[:, 1].sum()),
        "worked_out_by_bounds": int(counts[:, 2].sum()),
        "tries_with_a_leak": int((counts[:, 1:].sum(axis=1) > 0).sum()),
    }


def main() -> None:
    safe, naive = campaign(True), campaign(False)
    finding = (
        f"In {TRIES:,} tries of {AUDITS} saved audits each, {safe['worked_out_by_combinations']} of"
        f" {safe['suppressed_groups']:,} suppressed groups are worked out by combinations and"
        f" {safe['worked_out_by_bounds']} by bounds; suppressing small groups alone, {naive['tries_with_a_leak']:,}"
        f" tries leak."
    )
    setting = {"tries": TRIES, "audits": AUDITS, "threshold": THRESHOLD, "seed": SEED, "by": BY}
    print(finding)
    content = {"finding": finding, "setting": setting, "defended": safe, "small_groups_only": naive}
    RESULT.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

"""Files that may unfold to far more than they say are unfolded by a program of its own, under a memory limit.

A few kilobytes can unfold to tens of gigabytes while their directory or footer claims little, and a damaged file can
crash its reader: neither may take the server with it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.data.problems import InputError, Problem
from engine.data.reading.columns import MAX_BYTES, MAX_CELL, roomy
from engine.data.reading.text_lines import too_big

PROGRAMS = Path(__file__).with_name("limited")
RATIO = 200  # times its packed size that an honest file does not reach: tables pack to a fifth, seldom to a fiftieth
SPARED = 1 << 26  # bytes up to which that is not asked
# one allocator without reserves of its own, so that the limit means what it says
ALONE = {
    "ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    "PYTHONIOENCODING": "utf-8",
}  # fmt: skip
NO_MEMORY = (-6, -9, 1)  # aborted, killed, or no memory to answer
UNFOLDS = ("The file unfolds to too much", "Write it again in smaller pieces, or as CSV")
Answer = dict[str, Any]


def unfolding_limits(memory: int) -> dict[str, int]:
    """Limits in bytes for a program that unfolds: its memory, what it may write, and from where on a bomb is one."""
    return {"memory": memory, "bytes": roomy(MAX_BYTES), "ratio": RATIO, "spared": SPARED}


def run_limited(program: str, question: Answer, hear: Callable[[Answer], None], broken: str) -> Answer:
    """Run a program of `limited` and return its last answer; `hear` gets every line before, and what it raises stops
    the program. One that was stopped for its memory answers {"refused": [{"kind": "unfolds"}]}, one that crashed the
    same with the kind `broken`."""
    command = [sys.executable, str(PROGRAMS / f"{program}.py"), json.dumps(question)]
    last: Answer = {}
    with subprocess.Popen(
        command, env=os.environ | ALONE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as child:  # fmt: skip
        try:
            assert child.stdout is not None
            for line in child.stdout:
                last = json.loads(line)
                hear(last)
        except BaseException:
            child.kill()
            raise
    if "done" in last:
        return last
    return {"refused": last.get("refused") or [{"kind": "unfolds" if child.returncode in NO_MEMORY else broken}]}


def refusal(file: str, faults: Sequence[Answer], words: Mapping[str, tuple[str, str]]) -> InputError:
    """The refusal of a file by what a program found wrong; words: {kind: (problem, fix)}. What a fault says beside its
    kind and its place are details."""
    if faults[0]["kind"] == "too_big":
        return too_big(file, faults[0].get("line"))
    problems = []
    for fault in faults:
        kind = fault["kind"]
        details = {name: str(value) for name, value in fault.items() if name not in ("kind", "line", "column", "value")}
        details |= {"most": f"{MAX_CELL:,}"}
        place = fault.get("line"), fault.get("column"), fault.get("value")
        problem, fix = (text.format(**details) for text in words[kind])
        problems.append(Problem(file, *place, problem, fix, kind, details))
    return InputError(problems)

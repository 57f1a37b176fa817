"""What a move of λ on Tune costs the server, before and after, in one run; and how long many sessions wait for theirs.

    python -m benchmarks.move [--before COMMIT]

Dashboards on the sample, one after the other and again: `after` is this tree, `before` an earlier commit (by default
the one before lists were looked up in a sweep). A session on Tune moves λ back and forth over Streamlit's own
WebSocket, as a browser does; processor seconds of the server per move, mean over the moves. Then 20 sessions move λ
every 3 seconds each, and the seconds until each run has ended are taken. A sampler inside the server says where the
time of a move goes. Writes benchmarks/results/move.json.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.session import ROOT, Session, processor, server

RESULT = Path(__file__).resolve().parent / "results" / "move.json"
BEFORE = "3b5d0ff"
PORT = 8596
MOVES, WARM, ROUNDS = 60, 24, 1
SESSIONS, EVERY, LASTING = 20, 3.0, 40.0  # sessions, seconds between a session's moves, seconds in all
SAMPLER = """
import collections, json, sys, threading, time
def sample(path):
    found = collections.Counter()
    while True:
        time.sleep(0.004)
        for frame in sys._current_frames().values():
            names = []
            while frame:
                names.append((frame.f_code.co_filename, frame.f_code.co_name))
                frame = frame.f_back
            own = [(file.partition("/ui/")[2], name) for file, name in names[::-1] if "/ui/" in file]
            if own and "preparation" not in own[0][0] and not names[0][0].endswith(("threading.py", "memo.py")):
                found["/".join(own[min(3, len(own) - 1)])] += 1
        if sum(found.values()) % 50 == 0:
            open(path, "w").write(json.dumps(found))
threading.Thread(target=sample, args=(PATH,), daemon=True).start()
"""


def moves(root: Path, before: str = "", warm: int = WARM) -> list[float]:
    """Processor seconds of each move, after some that fill caches."""
    with server(PORT, before, root) as process, Session(PORT, "tune") as session:
        session.ready("diversity")
        seconds = []
        for number in range(warm + MOVES):
            began = processor(process)
            session.move("diversity", 0.05 * (1 + number % 12))
            seconds.append(processor(process) - began)
        return seconds[warm:]


def parts() -> dict[str, float]:
    """Share of a move's samples by what of `ui` is drawing, the largest first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.json"
        moves(ROOT, SAMPLER.replace("PATH", repr(str(path))))
        found = Counter(json.loads(path.read_text("utf-8")))
    return {name: round(count / found.total(), 3) for name, count in found.most_common(12)}


def waits() -> list[float]:
    """Seconds until each run has ended, of many sessions that move λ at the same pace."""
    found: list[float] = []

    def use(number: int) -> None:
        with Session(PORT, "tune") as session:
            session.ready("diversity")
            gate.wait()
            time.sleep(EVERY * number / SESSIONS)
            ends, step = time.monotonic() + LASTING, number
            while time.monotonic() < ends:
                took = session.move("diversity", 0.05 * (1 + step % 12))
                found.append(took)
                step += 1
                time.sleep(max(0.0, EVERY - took))

    gate = threading.Barrier(SESSIONS)
    with server(PORT):
        threads = [threading.Thread(target=use, args=(number,)) for number in range(SESSIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return found


@contextmanager
def earlier(commit: str) -> Iterator[Path]:
    """A folder with the tree of a commit."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--detach", tree, commit], cwd=ROOT, check=True, capture_output=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", default=BEFORE, help="an earlier commit (default: %(default)s)")
    commit = parser.parse_args().before
    found: dict[str, list[float]] = {"before": [], "after": []}
    with earlier(commit) as tree:
        for _ in range(ROUNDS):
            for name, root in (("before", tree), ("after", ROOT)):
                found[name] += moves(root)
                print(name, round(statistics.mean(found[name]), 3), flush=True)
    mean = {name: statistics.mean(seconds) for name, seconds in found.items()}
    many = waits()
    p95 = float(np.percentile(many, 95))
    report = {
        "finding": f"A move of λ on Tune takes {mean['after']:.2f} s of processor time, {mean['before']:.2f} s at"
        f" {commit} ({len(found['after'])} moves each, mean); {SESSIONS} sessions that move λ every {EVERY:g} s wait"
        f" {p95:.2f} s for 95 % of their moves ({len(many)}).",
        "before": commit,
        "processor_s": mean,
        "ratio": round(mean["after"] / mean["before"], 3),
        "sessions": {"n": SESSIONS, "every_s": EVERY, "moves": len(many), "p50_s": round(float(np.median(many)), 3),
                     "p95_s": round(p95, 3)},
        "parts_of_a_move": parts(),
        "cores": len(os.sched_getaffinity(0)),
        "moves_s": {name: [round(second, 3) for second in seconds] for name, seconds in found.items()},
    }  # fmt: skip
    RESULT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(report["finding"])


if __name__ == "__main__":
    main()

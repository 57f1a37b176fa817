"""What a move of λ costs the server, before and after, in one run.

    python -m benchmarks.move

Two dashboards on the sample, one after the other and again: `after` as it is, `before` with opened shops left to the
garbage collector, as in 0.1. One session on Tune moves λ back and forth, over Streamlit's own WebSocket, as a browser
does. Writes benchmarks/results/move.json: seconds of processor time of the server per move, median over the moves.
"""

import json
import os
import statistics
from pathlib import Path

from benchmarks.session import Session, processor, server

RESULT = Path(__file__).resolve().parent / "results" / "move.json"
PORT = 8596
MOVES, WARM, ROUNDS = 30, 6, 2
UNFROZEN = "from ui import memory; memory.settle = lambda: None"


def moves(before: str) -> list[float]:
    """Processor seconds of each move, after some that warm caches."""
    with server(PORT, before) as process, Session(PORT, "tune") as session:
        session.ready("diversity")
        seconds = []
        for number in range(WARM + MOVES):
            began = processor(process)
            session.move("diversity", 0.05 * (1 + number % 12))
            seconds.append(processor(process) - began)
        return seconds[WARM:]


def main() -> None:
    found: dict[str, list[float]] = {"before": [], "after": []}
    for _ in range(ROUNDS):
        for name, code in (("before", UNFROZEN), ("after", "")):
            found[name] += moves(code)
    median = {name: statistics.median(seconds) for name, seconds in found.items()}
    report = {
        "finding": f"A move of λ on Tune takes {median['after']:.2f} s of processor time where opened shops are exempt"
        f" from the garbage collector, {median['before']:.2f} s where they are not ({len(found['after'])} moves each).",
        "processor_s": median,
        "ratio": round(median["after"] / median["before"], 3),
        "cores": len(os.sched_getaffinity(0)),
        "moves_s": {name: [round(second, 3) for second in seconds] for name, seconds in found.items()},
    }
    RESULT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(report["finding"])


if __name__ == "__main__":
    main()

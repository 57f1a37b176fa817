"""Whether saved strategies survive kill -9: a process that saves in a loop is killed at a random moment, many times.

    python -m benchmarks.store_kills [URL of an empty PostgreSQL database]

The process opens the store, then saves a version, approves it and makes it live, and says so after each step. It is
killed a while after its start, every second time a while after its first report; SQLite gets a new file after every ten
kills, so that kills also meet the migration. After each kill the store is opened again: every step that was reported
must be there and readable, the versions dense, one in force. Writes benchmarks/results/store_kills.json.
"""

import json
import multiprocessing
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

from engine.strategies import STATUSES, Basis, Store, Version
from engine.strategy.strategy import DEFAULT, Strategy

RESULT = Path(__file__).resolve().parent / "results" / "store_kills.json"
KILLS, PER_FILE, SEED = 200, 10, 0
COUNTED = ("kills", "reported", "after_a_report")
FAULTS = ("lost", "gaps", "torn", "too_many_live")
RECENT = 50  # versions whose whole life is read after each kill
LONGEST = 0.3  # seconds until the kill
WAIT = 60  # seconds until the first report, at most
SHOP, NAME = "shop", "Mix"
PROCESSES = multiprocessing.get_context("forkserver")  # a clean process in some milliseconds
PROCESSES.set_forkserver_preload(["engine.strategies", "pg8000"])
Report = tuple[int, str]  # number of a version, its status


def strategy_of(number: int) -> Strategy:
    """Another one for every version."""
    return DEFAULT.at(diversity=number / 1_000_000)


def work(url: str, reports: Connection) -> None:
    """Save, approve and go live until killed; every step is reported when the store has returned."""
    store = Store.open(url)
    known = store.names(SHOP) and store.get(SHOP, NAME).number
    number = int(known or 0)
    while True:
        number += 1
        steps = (
            lambda n: store.save(SHOP, NAME, strategy_of(n), Basis("f00d"), author="Ann", expected=n - 1),
            lambda n: store.approve(SHOP, NAME, n, author="Bo"),
            lambda n: store.go_live(SHOP, NAME, n, author="Cy"),
        )
        for step in steps:
            done: Version = step(number)
            reports.send((done.number, done.status))


def kill_once(url: str, seconds: float, at_work: bool) -> list[Report]:
    """Let a process work on the database of this URL, kill it that long after its start, or its first report if
    `at_work`, and hand out what it reported."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=work, args=(url, theirs), daemon=True)
    process.start()
    theirs.close()
    if at_work:
        ours.poll(WAIT)
    time.sleep(seconds)
    process.kill()
    process.join()
    if process.exitcode != -signal.SIGKILL:
        raise RuntimeError("the process ended by itself")
    reports: list[Report] = []
    try:
        while True:
            reports.append(ours.recv())
    except (EOFError, OSError):  # a report cut in two by the kill counts for nothing
        return reports
    finally:
        ours.close()


def check(url: str, reports: list[Report]) -> Counter[str]:
    """Open the store again and count what is wrong: lost steps, gaps in the numbers, torn rows, more than one live."""
    store = Store.open(url)
    try:
        versions, history = store.versions(SHOP), store.history(SHOP)
    finally:
        store.close()
    numbers = [version.number for version in versions]
    lives = {number: [event.status for event in history if event.number == number] for number in numbers[-RECENT:]}
    there = {(event.number, event.status) for event in history}
    return Counter(
        lost=sum(report not in there for report in reports),
        gaps=sum(number != place for place, number in enumerate(numbers, 1)),
        torn=sum(version.strategy != strategy_of(version.number) for version in versions)
        + sum(life != list(STATUSES[: len(life)]) or not life for life in lives.values()),
        too_many_live=max(0, sum(version.status == "live" for version in versions) - 1),
    )


def kill_often(url: str, kills: int, draw: random.Random) -> Counter[str]:
    """Kill that many times, each at a random moment: what was reported, and what was wrong (`FAULTS`), in all."""
    total: Counter[str] = Counter()
    for turn in range(kills):
        reports = kill_once(url, draw.uniform(0, LONGEST), at_work=turn % 2 == 1)
        total += Counter(kills=1, reported=len(reports), after_a_report=int(bool(reports)))
        total += check(url, reports)
    return total


def main() -> None:
    draw, found = random.Random(SEED), {}
    with tempfile.TemporaryDirectory() as folder:
        files = [f"sqlite:///{folder}/{number}.db" for number in range(KILLS // PER_FILE)]
        found["SQLite"] = sum((kill_often(file, PER_FILE, draw) for file in files), Counter())
    if len(sys.argv) > 1:
        found["PostgreSQL"] = kill_often(sys.argv[1], KILLS, draw)
    told = [
        f"{name}, {total['kills']} kills, {total['after_a_report']} of them after a report: of {total['reported']:,} "
        f"reported steps {total['lost']} were lost, {sum(total[fault] for fault in FAULTS[1:])} other faults"
        for name, total in found.items()
    ]
    results = {name: {key: total[key] for key in (*COUNTED, *FAULTS)} for name, total in found.items()}
    finding = "; ".join(told) + "."
    RESULT.write_text(json.dumps({"finding": finding, **results}, indent=1) + "\n")
    print(finding)


if __name__ == "__main__":
    main()

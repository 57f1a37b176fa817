"""Memory and time of a big synthetic shop: prepare, train, lists for everyone, and the pages.

    python -m benchmarks.big_shop [PART ...] [--work FOLDER] [--limit 7200]

Parts, in this order: files, prepare, train, rerank, pages. The shop has 200,000 shoppers, 50,000 products and 4,000,000
purchase lines (benchmarks/synthetic_shop.py; nothing in it is real), written as two CSV files. Each part runs in
processes of its own: seconds by the clock, processor seconds, and the most memory that they held together. A part that
reaches --limit is stopped, and its row says so. Each part replaces its own row in benchmarks/results/big_shop.json, so
that they can run one by one in one folder.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.peers.report import machine, versions
from benchmarks.session import Session, server
from benchmarks.synthetic_shop import synthetic_shop
from engine.data.storage.files import write_atomically

RESULT = Path(__file__).parent / "results" / "big_shop.json"
SHOPPERS, PRODUCTS, LINES = 200_000, 50_000, 4_000_000
STRATEGY = {"method": "mmr", "diversity": 0.3, "k": 10}
MOST_GB = 6.0
PARTS = ("files", "prepare", "train", "rerank", "pages")
PORT, EVERY = 8799, 0.25  # seconds between two looks at the memory


class Watch(threading.Thread):
    """The most memory that a process and its children hold together, and their processor seconds, while it runs."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._process, self._over = process, threading.Event()
        self.peak, self.processor = 0, 0.0

    def run(self) -> None:
        while not self._over.wait(EVERY):
            self._look()

    def stop(self) -> None:
        self._over.set()
        self.join()

    def _look(self) -> None:
        held, used = 0, 0.0
        try:
            for process in (self._process, *self._process.children(recursive=True)):
                held += process.memory_info().rss
                times = process.cpu_times()
                used += times.user + times.system
        except psutil.Error:
            return
        self.peak, self.processor = max(self.peak, held), max(self.processor, used)


def files(work: Path) -> dict[str, Any]:
    """Write the shop as CSV."""
    began = time.monotonic()
    shop = synthetic_shop(SHOPPERS, PRODUCTS, LINES)
    shop.items.dropna(axis=1, how="all").to_csv(work / "items.csv", index=False)
    log = shop.interactions[["user", "item", "timestamp", "event"]].copy()
    log["user_id"] = shop.users["user_id"].to_numpy()[log.pop("user")]
    log["item_id"] = shop.items["item_id"].to_numpy()[log.pop("item")]
    log.to_csv(work / "interactions.csv", index=False)
    size = sum((work / f"{table}.csv").stat().st_size for table in ("items", "interactions"))
    return {"seconds": round(time.monotonic() - began, 1), "csv_mb": round(size / 1e6)}


def command(work: Path, part: str, limit: float) -> dict[str, Any]:
    """One command in a process of its own, with what it forecast."""
    (work / "strategy.json").write_text(json.dumps(STRATEGY), encoding="utf-8")
    inputs = ["--items", str(work / "items.csv"), "--interactions", str(work / "interactions.csv")]
    shop = ["--data", str(work / "shop"), "--model", "blend"]
    lists = ["--strategy", str(work / "strategy.json"), "--out", str(work / "slates.parquet")]
    call = {"prepare": [*inputs, "--out", str(work / "shop")], "train": shop, "rerank": [*shop, *lists]}[part]
    began = time.monotonic()
    said = work / f"{part}.log"
    with said.open("w", encoding="utf-8") as log:
        child = subprocess.Popen([sys.executable, "-m", "engine", part, *call], stdout=log, stderr=log)
        watch = Watch(psutil.Process(child.pid))
        watch.start()
        try:
            ended: int | str = child.wait(limit)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            ended = f"stopped after {limit:.0f} s"
        watch.stop()
    lines = said.read_text("utf-8").replace("\r", "\n").splitlines()
    forecast = next((line for line in lines if line.endswith("on this machine")), None)
    return _row(began, watch) | {"exit": ended, "forecast": forecast, "last_step": lines[-1].strip() if lines else ""}


def pages(work: Path, limit: float) -> dict[str, Any]:
    """A dashboard of its own on the shop: seconds until Tune shows lists, and of one list and everyone's after that."""
    os.environ["EVENSHELF_SHOP"] = str(work / "shop")
    began = time.monotonic()
    with server(PORT) as process:
        watch = Watch(process)
        watch.start()
        row: dict[str, Any] = {}
        try:
            with Session(PORT, "tune") as session:
                session.ready("diversity", limit)
                row["ready_seconds"] = round(time.monotonic() - began, 1)
                row["everyone_seconds"] = round(session.move("diversity", 0.35), 2)
            with Session(PORT, "tune", "shopper=S7") as session:
                session.ready("diversity", limit)
                row["one_list_seconds"] = round(session.move("diversity", 0.4), 2)
            row["exit"] = 0
        except (AssertionError, TimeoutError) as error:
            row["exit"] = f"stopped: {error}"
        watch.stop()
    return _row(began, watch) | row


def _row(began: float, watch: Watch) -> dict[str, Any]:
    seconds, processor = time.monotonic() - began, watch.processor
    return {
        "seconds": round(seconds, 1), "processor_seconds": round(processor, 1), "peak_gb": round(watch.peak / 1e9, 2)
    }  # fmt: skip


def finding(rows: dict[str, dict[str, Any]]) -> str:
    """One line."""
    told = []
    for part, row in rows.items():
        if part != "files":
            ended = "" if row["exit"] == 0 else f" ({row['exit']})"
            told.append(f"{part} {row['seconds']:.0f} s and {row['peak_gb']} GB{ended}")
    size = f"{SHOPPERS:,} synthetic shoppers, {PRODUCTS:,} products, {LINES:,} lines"
    over = [part for part, row in rows.items() if row.get("peak_gb", 0.0) > MOST_GB]
    limit = f"above {MOST_GB:g} GB: {', '.join(over)}" if over else f"all measured parts below {MOST_GB:g} GB"
    missing = [part for part in PARTS if part not in rows]
    unknown = f"; not measured: {', '.join(missing)}" if missing else ""
    return f"{size}: {'; '.join(told)}; {limit}{unknown}"


def measured(part: str, work: Path, limit: float) -> dict[str, Any]:
    if part == "files":
        return files(work)
    row = pages(work, limit) if part == "pages" else command(work, part, limit)
    return row | {"load": round(os.getloadavg()[0], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Memory and time of a big synthetic shop.")
    parser.add_argument("parts", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--work", type=Path, help="where files and shop are kept (default: a folder that is removed)")
    parser.add_argument("--limit", type=float, default=7_200.0, help="seconds after which a part is stopped")
    options = parser.parse_args()
    result = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    rows = result.get("rows", {})
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        for part in options.parts:
            rows[part] = measured(part, work, options.limit)
            print(part, rows[part], flush=True)
            rows = {name: rows[name] for name in PARTS if name in rows}
            result = {"finding": finding(rows), "rows": rows, "machine": machine(), **versions()}
            text = json.dumps(result, indent=1, ensure_ascii=False)
            write_atomically(RESULT, lambda path, text=text: path.write_text(text + "\n", encoding="utf-8"))
    print(result["finding"])


if __name__ == "__main__":
    main()

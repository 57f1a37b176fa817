"""How fast `serve` answers: a server of its own on the sample shop, asked by clients on the same machine.

    python -m benchmarks.serving

Each client keeps its connection and asks for random shoppers' lists, one after the other. Clients and server share the
cores, so a machine of their own would do better. Writes benchmarks/results/serving.json.
"""

import http.client
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import open_shop

RESULT = Path(__file__).resolve().parent / "results" / "serving.json"
STRATEGIES = {
    "mmr": {"method": "mmr", "diversity": 0.3},
    "mmr, 20 products, a rule": {
        "method": "mmr", "diversity": 0.3, "k": 20, "constraints": [{"facet": "category", "max": 1, "window": 5}]
    },
}  # fmt: skip
CLIENTS, SECONDS = (1, 4, 16), 8.0
BATCH = 100  # shoppers of one POST
Call = Callable[[http.client.HTTPConnection, str], int]  # connection, shopper -> bytes of the answer


def one(connection: http.client.HTTPConnection, user: str) -> int:
    connection.request("GET", f"/v1/slates/{user}")
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == 200, content
    return len(content)


def batch_of(users: list[str]) -> Call:
    def batch(connection: http.client.HTTPConnection, user: str) -> int:
        body = json.dumps({"user_ids": random.sample(users, BATCH)})
        connection.request("POST", "/v1/slates", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        return len(content)

    return batch


def client(port: int, users: list[str], call: Call, seed: int, end: float) -> list[float]:
    """Seconds of each request until the end."""
    draw, connection, found = random.Random(seed), http.client.HTTPConnection("127.0.0.1", port), []
    while time.perf_counter() < end:
        began = time.perf_counter()
        call(connection, draw.choice(users))
        found.append(time.perf_counter() - began)
    connection.close()
    return found


def measured(port: int, users: list[str], call: Call, clients: int) -> dict[str, Any]:
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(lambda seed: client(port, users, call, seed, began + SECONDS), range(clients)))
    took = np.concatenate(parts)
    p50, p95, p99 = np.quantile(took, [0.5, 0.95, 0.99]).tolist()
    return {
        "clients": clients, "requests": len(took), "per_second": round(len(took) / (time.perf_counter() - began), 1),
        "p50_ms": round(1e3 * p50, 2), "p95_ms": round(1e3 * p95, 2), "p99_ms": round(1e3 * p99, 2),
    }  # fmt: skip


def rows_of(strategy: dict[str, Any], users: list[str]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "strategy.json"
        file.write_text(json.dumps(strategy), encoding="utf-8")
        call, began = ["serve", "--data", "sample", "--strategy", str(file), "--port", "0"], time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "engine", *call], stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            ready = next(line for line in process.stdout if line.startswith("ready on "))
            seconds, port = time.perf_counter() - began, int(ready.rpartition(":")[2])
            client(port, users, one, 0, time.perf_counter() + 1)
            size = one(http.client.HTTPConnection("127.0.0.1", port), users[0])
            rows = [{"call": "GET one list", **measured(port, users, one, clients)} for clients in CLIENTS]
            rows.append({"call": f"POST {BATCH} lists", **measured(port, users, batch_of(users), 1)})
            return [{"ready_after_seconds": round(seconds, 1), "bytes_of_one": size, **row} for row in rows]
        finally:
            process.terminate()
            process.wait()


def main() -> None:
    data = open_shop("sample")
    users = [str(user) for user in data.users["user_id"].iloc[np.unique(data.interactions["user"].iloc[:100_000])]]
    rows = [{"strategy": name, **row} for name, each in STRATEGIES.items() for row in rows_of(each, users)]
    for row in rows:
        print(row)
    plain = {row["clients"]: row for row in rows if row["strategy"] == "mmr" and row["call"].startswith("GET")}
    finding = (
        f"One process answers {plain[4]['per_second']:,.0f} requests a second of 4 clients, on {os.cpu_count()} cores "
        f"shared with them and with other work; a single client waits {plain[1]['p50_ms']:.1f} ms for a list (median; "
        f"95 %: {plain[1]['p95_ms']:.1f} ms)."
    )
    print(finding)
    where = {"cores": os.cpu_count(), "python": platform.python_version(), "load": round(os.getloadavg()[0], 1)}
    note = "clients and server share the cores with other work (load: running processes, mean of a minute)"
    RESULT.write_text(
        json.dumps({"finding": finding, "note": note, "machine": where, "rows": rows}, indent=1, ensure_ascii=False)
        + "\n", encoding="utf-8",
    )  # fmt: skip


if __name__ == "__main__":
    main()

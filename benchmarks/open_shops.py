"""Memory of the dashboard after three and after eight shops were opened in turn, of which it keeps three.

    python -m benchmarks.open_shops

Eight synthetic shops of one size, each opened on Tune by a session of its own, over Streamlit's WebSocket; λ is moved
five times. Writes benchmarks/results/open_shops.json: resident memory of the server after each shop.
"""

import json
import os
import tempfile
from pathlib import Path

from benchmarks.session import Session, server
from benchmarks.synthetic_shop import synthetic_shop
from engine.data import default_cutoff
from engine.training import registry
from engine.training.training import train

RESULT = Path(__file__).resolve().parent / "results" / "open_shops.json"
PORT, SHOPS, FEW = 8597, 8, 3
SIZE = (20_000, 1_000, 400_000)  # shoppers, products, lines: few products, because their texts are encoded first


def opened(shops: list[Path]) -> list[float]:
    """Resident megabytes of one server after each of the shops."""
    found = []
    with server(PORT) as process:
        for shop in shops:
            with Session(PORT, "tune", f"shop={shop.name}") as session:
                session.ready("diversity")
                for number in range(5):
                    session.move("diversity", 0.1 * (1 + number))
            found.append(round(process.memory_info().rss / 1e6))
            print(shop.name, found[-1], "MB", flush=True)
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["EVENSHELF_HOME"] = home
        shops = [Path(home) / "shops" / f"synthetic-{number}" for number in range(1, SHOPS + 1)]
        for number, shop in enumerate(shops):
            data = synthetic_shop(*SIZE, seed=number)
            data.save(shop)
            train("frequency", shop, default_cutoff(data))
            registry.activate(shop, "frequency")
        megabytes = opened(shops)
    ratio = round(megabytes[-1] / megabytes[FEW - 1], 3)
    report = {
        "finding": f"After {SHOPS} shops the dashboard holds {ratio:.2f} times the memory that it held after {FEW}.",
        "shoppers": SIZE[0], "products": SIZE[1], "lines": SIZE[2],
        "megabytes_after_each_shop": megabytes,
        "ratio": ratio,
    }  # fmt: skip
    RESULT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(report["finding"])


if __name__ == "__main__":
    main()

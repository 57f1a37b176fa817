"""A move of σ on Tune for one shopper of the sample, beside a move of λ, in processor time of the page.

    python -m benchmarks.spread_move     writes benchmarks/results/spread_move.json

The page runs without a browser. σ is moved to values that nobody has asked for yet, so that prices are found over all
shoppers first, and then to the same values again; λ likewise, without spread and with it.
"""

import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]
RESULT = Path(__file__).parent / "results" / "spread_move.json"
SPREADS, LEVELS = (0.1, 0.2, 0.3, 0.4), (0.35, 0.4, 0.45, 0.5)


def opened() -> AppTest:
    """Tune, once everything it needs is prepared."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
    app.switch_page("pages/tune.py")
    app.run()
    while not any(slider.key == "spread" for slider in app.slider):
        time.sleep(1)
        app.run()
    return app


def moves(app: AppTest, key: str, values: Sequence[float]) -> float:
    """Median processor seconds of moving a slider to each value."""
    seconds = []
    for value in values:
        start = time.process_time()
        app.slider(key=key).set_value(value).run()
        seconds.append(time.process_time() - start)
        assert not app.exception, app.exception
    return round(statistics.median(seconds), 3)


def main() -> None:
    app = opened()
    moves(app, "diversity", LEVELS)
    rows = {"lambda_without_spread": moves(app, "diversity", LEVELS)}
    rows |= {"spread_first": moves(app, "spread", SPREADS), "spread_again": moves(app, "spread", SPREADS)}
    rows |= {"lambda_at_spread_first": moves(app, "diversity", LEVELS)}
    rows |= {"lambda_at_spread_again": moves(app, "diversity", LEVELS)}
    ratio = rows["spread_again"] / rows["lambda_without_spread"]
    finding = (
        f"A move of σ to a value that was computed takes {ratio:.2f} times as long as a move of λ without spread; to a "
        f"new value {rows['spread_first']:.2f} s, prices of all shoppers included."
    )
    RESULT.write_text(json.dumps({"finding": finding, "processor_seconds": rows}, indent=1) + "\n")
    print(finding)


if __name__ == "__main__":
    main()

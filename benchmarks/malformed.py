"""What `prepare` does with more than 400 malformed files, judged from outside (tests/data/spoilt.py says how).

    python -m benchmarks.malformed

Exit 0 is right only with the content that another reader finds in the same bytes, exit 2 only with every problem
located by file and line or column, with a fix, and nothing written. Writes benchmarks/results/malformed.json.
"""

import json
import tempfile
from collections import Counter
from pathlib import Path

from tests.data.malformed_run import run
from tests.data.spoilt import cases

RESULT = Path(__file__).resolve().parent / "results" / "malformed.json"


def main() -> None:
    codes: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    for case in cases():
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(case, Path(folder))
        codes[outcome.code] += 1
        kinds.update(set(outcome.kinds))
        if outcome.wrong:
            wrong[case.name] = outcome.wrong
    others = codes.total() - codes[0] - codes[2]
    finding = (
        f"{codes.total()} malformed files: {codes[0]} accepted, {codes[2]} refused, {others} other exits; "
        f"{len(wrong)} accepted with other content than another reader finds, or refused without place, value and fix."
    )
    found = {
        "finding": finding,
        "files": codes.total(),
        "exit_0": codes[0],
        "exit_2": codes[2],
        "other_exits": others,
        "wrong": wrong,
        "problems": dict(kinds.most_common()),
    }
    RESULT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(finding)


if __name__ == "__main__":
    main()

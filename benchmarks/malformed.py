"""What `prepare` does with more than 400 malformed files, judged from outside (tests/data/spoilt.py says how).

    python -m benchmarks.malformed

Exit 0 is right only with the content that another reader finds in the same bytes, exit 2 only with every problem
located by file and line or column, with a fix, and nothing written. Writes benchmarks/results/malformed.json.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.data.malformed_run import Outcome, run
from tests.data.spoilt import Case, cases

RESULT = Path(__file__).resolve().parent / "results" / "malformed.json"


def measure(some: Iterable[Case]) -> dict[str, Outcome]:
    """The outcome of each case, by its name."""
    found = {}
    for case in some:
        with tempfile.TemporaryDirectory() as folder:
            found[case.name] = run(case, Path(folder))
    return found


def write(found: Mapping[str, Outcome]) -> str:
    """Write the result; its one line of finding."""
    codes = Counter(outcome.code for outcome in found.values())
    kinds = Counter(kind for outcome in found.values() for kind in set(outcome.kinds))
    wrong = {name: outcome.wrong for name, outcome in found.items() if outcome.wrong}
    others = codes.total() - codes[0] - codes[2]
    finding = (
        f"{codes.total()} malformed files: {codes[0]} accepted, {codes[2]} refused, {others} other exits; "
        f"{len(wrong)} accepted with other content than another reader finds, or refused without place, value and fix."
    )
    result = {
        "finding": finding,
        "files": codes.total(),
        "exit_0": codes[0],
        "exit_2": codes[2],
        "other_exits": others,
        "wrong": wrong,
        "problems": dict(kinds.most_common()),
    }
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return finding


if __name__ == "__main__":
    print(write(measure(cases())))

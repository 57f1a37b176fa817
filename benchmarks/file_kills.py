"""Whether anything is lost where commands are killed, before every call that changes the disk for good.

    python -m benchmarks.file_kills [COMMAND ...] [--every N] [--json FILE]

On the invented shop of the tests. After each kill the old state or the new one must be there, whole; then the command
runs again, must succeed, and must leave nothing over. Writes benchmarks/results/file_kills.json where every command is
killed everywhere. It needs Linux and a C compiler (`killing`).
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.after_kills import (
    audited,
    cached,
    left_over,
    old_shop,
    paired,
    rolled_back,
    saved,
    trained,
    updated,
    whole,
)  # fmt: skip
from benchmarks.invented_shop import (
    MODULES,
    audit,
    export,
    fill,
    fill_small,
    keep,
    load,
    model,
    pair,
    prepare,
    put,
    run,
    save,
    train,
)  # fmt: skip
from benchmarks.killing import FAULTS, Case, forked, kill_everywhere, rerun_preloaded

RESULT = Path(__file__).resolve().parent / "results" / "file_kills.json"
SMALL = {"cache", "set", "published"}  # our own writers alone


def cases() -> list[Case]:
    exported = partial(whole, "export", ("slates.csv", "slates.parquet", "qdrant.json"))
    looks: dict[str, tuple[Any, Any]] = {
        "prepare": (prepare(), old_shop),
        "train": (train(), trained),
        "update": (("train", *model(), "--update"), updated),
        "rollback": (("train", "--data", "back", "--model", "frequency", "--rollback"), rolled_back),
        "audit": (audit("age"), audited),
        "export": (export("strong.json"), exported),
        "save": (save("strong.json"), saved),
        "cache": (keep, cached),
        "set": (pair, paired),
        "published": (put, partial(whole, "put", ("a", "b"))),
    }
    return [_case(name, command, look) for name, (command, look) in looks.items()]


def _case(name: str, command: Any, look: Any) -> Case:
    def after(folder: Path) -> Sequence[str]:
        return [*left_over(folder), *look(folder, True)]

    work = command if name in SMALL else lambda folder: run(folder, *command)
    return Case(name, work, lambda folder: look(folder, False), after)


def measure(chosen: Sequence[Case], every: int) -> dict[str, Counter[str]]:
    """The kills and faults of each case, killed before every such call, or every n-th."""
    names = {case.name for case in chosen}
    small = names <= SMALL
    with tempfile.TemporaryDirectory() as name:
        template, work = Path(name).resolve() / "template", Path(name).resolve() / "work"
        template.mkdir()
        if forked(lambda: fill_small(template) if small else fill(template, "audit" in names)) != 0:
            sys.exit((template / "log.txt").read_text())
        if not small:
            load(template / MODULES)
        return {case.name: kill_everywhere(case, template, work, every) for case in chosen}


def report(results: dict[str, Counter[str]]) -> dict[str, Any]:
    """The finding in a sentence, then the numbers of each case."""
    total = sum(results.values(), Counter())
    finding = (
        f"{total['kills']} kills, one before every fsync, rename, unlink and rmdir of {', '.join(results)}: "
        f"{total['lost']} lost, {total['failed']} following runs that fail, {total['mixed']} mixed sets, "
        f"{total['left_over']} with something left over."
    )
    return {"finding": finding, **{name: {k: found[k] for k in ("kills", *FAULTS)} for name, found in results.items()}}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("commands", nargs="*")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rerun_preloaded()
    chosen = [case for case in cases() if not options.commands or case.name in options.commands]
    content = report(measure(chosen, options.every))
    text = json.dumps(content, indent=1) + "\n"
    if options.json:
        options.json.write_text(text)
    elif not options.commands and options.every == 1:
        RESULT.write_text(text)
    print(content["finding"])


if __name__ == "__main__":
    main()

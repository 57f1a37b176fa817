"""Whether damaged files are refused: bits are flipped, pages zeroed, files cut, and lists are made from what is left.

    python -m benchmarks.file_damage [--times N] [--json FILE]

Every file that Evenshelf keeps of the invented shop of the tests (tables, model, ids, cards, caches, the choice of the
model, ledger, key, database) is damaged in turn. Then what reads it runs: `rerank`, and the model in use as pages open
it; an audit; `strategies show`. Each gives what it gave before, or is refused with exit 2; a model that stands in is
said. Writes benchmarks/results/file_damage.json.
"""

import argparse
import json
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.invented_shop import MODULES, audit, fill, load, model, run
from benchmarks.killing import forked, quiet, rerun_preloaded
from engine.data import InputError, default_cutoff, open_shop
from engine.data.storage.files import digest
from engine.training import registry
from engine.training.training import fit

RESULT = Path(__file__).resolve().parent / "results" / "file_damage.json"
TIMES, SEED, PAGE = 100, 0, 4096
NOT_OURS = re.compile(r"log\.txt|\.lock|.*\.csv|(mild|strong)\.json|report\.html|.*\.db-(wal|shm)")


def flip(content: bytearray, draw: random.Random) -> bytearray:
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    return content


def zero(content: bytearray, draw: random.Random) -> bytearray:
    """A page of zeros, as a disk gives that has lost one."""
    at = draw.randrange(0, len(content), PAGE)
    content[at : at + PAGE] = bytes(len(content[at : at + PAGE]))
    return content


def cut(content: bytearray, draw: random.Random) -> bytearray:
    return content[: draw.randrange(len(content))]


DAMAGES: dict[str, Callable[[bytearray, random.Random], bytearray]] = {"flip": flip, "zero": zero, "cut": cut}


def make(folder: Path) -> int:
    """The folder of `invented_shop`, with a model in use that is not the blend, and what every command gave."""
    code = fill(folder)
    shop = open_shop(folder / "shop")
    fit("frequency", folder / "shop", shop, default_cutoff(shop))
    registry.activate(folder / "shop", "frequency")
    return code or work(folder, folder / "before.json", list(READERS))


def work(folder: Path, out: Path, parts: Sequence[str]) -> int:
    """Run what reads a file, and write what came of it: codes, lists, strategies, scores, what was said."""
    os.environ["EVENSHELF_HOME"] = str(folder / "home")
    found: dict[str, Any] = {"said": ""}
    for name in parts:
        found[name] = READERS[name](folder)
        sys.stderr.flush()
        found["said"] += (folder / "log.txt").read_text(errors="replace")
    out.write_text(json.dumps(found))
    return 0


def lists(folder: Path) -> Any:
    code = run(folder, "rerank", *model(), "--strategy", "strong.json", "--out", "lists.parquet")
    return code, digest(folder / "lists.parquet") if code == 0 else None


def audited(folder: Path) -> Any:
    code = run(folder, *audit("age"))
    told = json.loads((folder / "audit" / "audit.json").read_text()) if code == 0 else {"results": None}
    return code, told["results"]


def saved(folder: Path) -> Any:
    code = run(folder, "strategies", "show", "--data", "shop", "--name", "Mix", "--json", "shown.json")
    return code, json.loads((folder / "shown.json").read_text())["content"] if code == 0 else None


def pages(folder: Path) -> Any:
    """What the model in use scores, opened as pages open it; a model that stands in is said."""
    with quiet(folder / "log.txt"):
        try:
            shop = open_shop(folder / "shop")
            opened, card = registry.in_use(folder / "shop", shop, default_cutoff(shop))
        except InputError:
            return 2, None
        scores = opened.score(np.flatnonzero(opened.known())[:20])
        return 0, [card["name"], scores.round(4).tolist()]


READERS: dict[str, Callable[[Path], Any]] = {"lists": lists, "audit": audited, "saved": saved, "pages": pages}


def readers(file: Path) -> Sequence[str]:
    """Who reads a file."""
    place = file.as_posix()
    if "audits" in place or "ledgers" in place:
        return ("audit",)
    return ("saved",) if file.suffix == ".db" else ("lists", "pages")


def judged(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is wrong after a file was damaged."""
    faults = []
    for name, (code, content) in ((name, after[name]) for name in READERS if name in after):
        if code not in (0, 2) or "Traceback" in after["said"]:
            faults.append("traceback")
        elif code == 0 and content != before[name][1] and "cannot be" not in after["said"]:
            faults.append("silently_different")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rerun_preloaded()
    draw, total = random.Random(SEED), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        template, folder = Path(name).resolve() / "template", Path(name).resolve() / "work"
        template.mkdir()
        if forked(lambda: make(template)) != 0:
            sys.exit((template / "log.txt").read_text())
        load(template / MODULES)
        before = json.loads((template / "before.json").read_text())
        ours = sorted(path.relative_to(template) for path in kept(template))
        for number in range(options.times):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(template, folder)
            file, damage = ours[number % len(ours)], draw.choice(sorted(DAMAGES))
            content = bytearray((folder / file).read_bytes())
            (folder / file).write_bytes(DAMAGES[damage](content, draw))
            code = forked(lambda file=file: work(folder, folder / "after.json", readers(file)))  # type: ignore[misc]
            after = json.loads((folder / "after.json").read_text()) if code == 0 else {"said": "Traceback"}
            faults = judged(before, after) if code == 0 else ["traceback"]
            for fault in faults:
                print(f"{damage} {file}: {fault}\n{after['said'][-800:]}", file=sys.stderr)
            refused = any(after[name][0] == 2 for name in READERS if name in after)
            total += Counter(files=1, refused=int(refused), **{damage: 1}, **Counter(faults))
    finding = (
        f"{total['files']} damaged files ({total['flip']} with a flipped bit, {total['zero']} with a zeroed page, "
        f"{total['cut']} cut), each of {len(ours)} kinds in turn: {total['traceback']} tracebacks, "
        f"{total['silently_different']} silently different lists; {total['refused']} were refused, the others mended "
        f"or not needed."
    )
    keys = ("files", *DAMAGES, "refused", "traceback", "silently_different")
    text = json.dumps({"finding": finding, **{key: total[key] for key in keys}}, indent=1)
    (options.json or RESULT).write_text(text + "\n")
    print(finding)


def kept(template: Path) -> list[Path]:
    """Every file of the shop and of the home that holds something."""
    found = [*(template / "shop").rglob("*"), *(template / "home").rglob("*")]
    return [path for path in found if path.is_file() and path.stat().st_size and not NOT_OURS.fullmatch(path.name)]


if __name__ == "__main__":
    main()

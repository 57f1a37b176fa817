"""Whether damaged files are refused: bits are flipped, pages zeroed, files cut, and lists are made from what is left.

    python -m benchmarks.file_damage [--times N] [--json FILE]

Every file that Evenshelf keeps of the invented shop of the tests (tables, model, ids, cards, caches, the choice of the
model, ledger, key, database) is damaged in turn. Then `rerank`, an audit and the list of saved strategies run, and the
model in use is opened as pages open it. Each gives the same lists and strategies as before, or is refused with exit 2;
a choice that is lost is said. Writes benchmarks/results/file_damage.json.
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
from collections.abc import Callable
from pathlib import Path

from benchmarks.file_kills import MODULES, audit, fill, load, model, run
from benchmarks.killing import forked, rerun_preloaded
from engine.data import default_cutoff, open_shop
from engine.data.files import digest
from engine.experiments import models
from engine.experiments.training import fit
from engine.strategies import Store

RESULT = Path(__file__).resolve().parent / "results" / "file_damage.json"
TIMES, SEED, PAGE = 100, 0, 4096
USERS = slice(0, 20)
CODES = ("rerank", "audit", "strategies")
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
    """The folder of `file_kills`, with a model in use that is not the blend, and what every command gave."""
    code = fill(folder)
    shop = open_shop(folder / "shop")
    fit("frequency", folder / "shop", shop, default_cutoff(shop))
    models.activate(folder / "shop", "frequency")
    return code or work(folder, folder / "before.json")


def work(folder: Path, out: Path) -> int:
    """Run everything, and write what came of it: codes, lists, strategies, what was said."""
    os.environ["EVENSHELF_HOME"] = str(folder / "home")
    found: dict[str, object] = {}
    said = ""
    commands = {
        "rerank": ("rerank", *model(), "--strategy", "strong.json", "--out", "lists.parquet"),
        "audit": audit("age"),
    }
    for name, command in commands.items():
        found[name] = run(folder, *command)
        said += (folder / "log.txt").read_text(errors="replace")
    found["lists"] = digest(folder / "lists.parquet") if found["rerank"] == 0 else None
    found["strategies"] = run(folder, "strategies", "list", "--data", "shop")
    said += (folder / "log.txt").read_text(errors="replace")
    if found["strategies"] == 0:
        store = Store.open()
        try:
            found["saved"] = [version.strategy.model_dump(mode="json") for version in store.versions("shop")]
        except ValueError:
            found["saved"] = None  # refused
        store.close()
    try:
        opened, card = models.in_use(
            folder / "shop", open_shop(folder / "shop"), default_cutoff(open_shop(folder / "shop"))
        )
        scores = opened.score(opened.known().nonzero()[0][USERS])
        found["pages"] = [card["name"], scores.round(4).tolist()]
    except ValueError:
        found["pages"] = None  # refused
    sys.stderr.flush()
    said += (folder / "log.txt").read_text(errors="replace")
    out.write_text(json.dumps(found | {"said": said}))
    return 0


def judged(before: dict[str, object], after: dict[str, object], code: int) -> list[str]:
    """What is wrong after a file was damaged."""
    said = str(after.get("said", ""))
    faults = []
    codes = {after.get(name) for name in CODES}
    if code != 0 or "Traceback" in said or not codes <= {0, 2}:
        faults.append("traceback")
    for name in ("lists", "saved", "pages"):
        same = after.get(name) in (None, before[name])
        if not same and not (name == "pages" and ("cannot be" in said)):
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
            code = forked(lambda: work(folder, folder / "after.json"))
            after = json.loads((folder / "after.json").read_text()) if code == 0 else {"said": ""}
            faults = judged(before, after, code) if code == 0 else ["traceback"]
            for fault in faults:
                print(f"{damage} {file}: {fault}\n{after['said'][-800:]}", file=sys.stderr)
            refused = any(after.get(name) == 2 for name in CODES) or after.get("pages") is None
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

"""Kill a command before every call that changes the disk for good, and see what is left.

`kills.c` is compiled and preloaded: it counts fsync, rename, unlink and their kin, of Python and of every library
(SQLite, Arrow), and kills the process before the n-th. One process imports the engine, and forks for every run, on a
copy of the same folder: n = 1, 2, … until the command ends by itself.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SHIM = Path(__file__).with_name("kills.c")
PRELOADED = "EVENSHELF_KILLS"  # names the compiled library to the process that it is preloaded into
FAULTS = ("lost", "failed", "mixed", "left_over")


@dataclass(frozen=True)
class Case:
    """A command, and what may be found. prepare: fills the folder before each run; wrong: the faults of what a kill has
    left ("lost": neither old nor new, "mixed"); after: the faults after the next run ("left_over", "lost", "mixed")."""

    name: str
    command: Callable[[Path], int]
    wrong: Callable[[Path], Sequence[str]]
    after: Callable[[Path], Sequence[str]]


def compiled(folder: Path) -> Path | None:
    """The library; None where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "kills.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SHIM, "-ldl"], check=True)
    return library


def rerun_preloaded() -> None:
    """Start this program again with the library preloaded; returns in that process. Exits where it cannot be made."""
    if PRELOADED in os.environ:
        return
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(Path(folder))
        if library is None:
            sys.exit("There is no C compiler (cc), so nothing was killed.")
        more = {PRELOADED: str(library), "LD_PRELOAD": str(library), "PYTHONDONTWRITEBYTECODE": "1"}
        call = [sys.executable, "-m", *_module(), *sys.argv[1:]]
        sys.exit(subprocess.run(call, env=os.environ | more).returncode)


def _module() -> list[str]:
    spec = sys.modules["__main__"].__spec__
    assert spec is not None, "start it with python -m"
    return [spec.name]


def forked(work: Callable[[], int], n: int = -1) -> int:
    """Exit code of `work` in a process of its own, killed before its n-th call; below 0: the signal that ended it."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        try:
            ctypes.CDLL(os.environ[PRELOADED]).kill_before(ctypes.c_long(n))
            code = work()
        except BaseException:
            import traceback

            traceback.print_exc()
            code = 1
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@contextlib.contextmanager
def quiet(log: Path) -> Iterator[None]:
    """What a command prints goes to a file."""
    with log.open("w") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
        yield


def kill_everywhere(case: Case, template: Path, work: Path, every: int = 1) -> Counter[str]:
    """Kill before every `every`-th call: how many kills, and how often which fault."""
    total: Counter[str] = Counter(kills=0, **dict.fromkeys(FAULTS, 0))
    n = 1
    while True:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(template, work)
        code = forked(lambda: case.command(work), n)
        if code == 0:
            return total
        if code != -signal.SIGKILL:
            raise RuntimeError(f"{case.name} ended by itself with {code}:\n{(work / 'log.txt').read_text()}")
        found = list(_looked(lambda: case.wrong(work)))
        if forked(lambda: case.command(work)) != 0:
            print((work / "log.txt").read_text(), file=sys.stderr)
            found.append("failed")
        found += _looked(lambda: case.after(work))
        for fault in found:
            print(f"{case.name}, kill {n}: {fault}", file=sys.stderr)
        total += Counter(kills=1, **Counter(set(found)))
        print(f"{case.name}: {n} kills", end="\r", file=sys.stderr, flush=True)
        n += every


def _looked(look: Callable[[], Sequence[str]]) -> Sequence[str]:
    """The faults that a look in a process of its own finds; a crash of the look is "lost"."""
    reading, writing = os.pipe()

    def work() -> int:
        os.write(writing, " ".join(look()).encode())
        return 0

    code = forked(work)
    os.close(writing)
    with os.fdopen(reading) as file:
        found = file.read().split()
    return found if code == 0 else [*found, "lost"]

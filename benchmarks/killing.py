"""Kill a command before every call that changes the disk for good, and see what is left.

`kills.c` is compiled and preloaded: it stops the process before every fsync, rename, unlink and their kin, of Python
and every library (SQLite, Arrow). What is on disk then is what a kill at that moment leaves, since a kill flushes
nothing. So the folder is copied, and the command goes on to its next call. On each copy the command runs again.
One process imports the engine, and forks for every run.
"""

import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SHIM = Path(__file__).with_name("kills.c")
PRELOADED = "EVENSHELF_KILLS"  # names the compiled library to the process that it is preloaded into
FAULTS = ("lost", "failed", "mixed", "left_over")


@dataclass(frozen=True)
class Case:
    """A command, and the faults that are found: `wrong` in what a kill has left ("lost": neither old nor new, "mixed"),
    `after` the run that follows ("left_over" as well)."""

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


def forked(work: Callable[[], int], stopped: Callable[[], None] | None = None) -> int:
    """Exit code of `work` in a process of its own. It is stopped before each of its calls where `stopped` is given,
    which is called then."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        try:
            if stopped is not None:
                ctypes.CDLL(os.environ[PRELOADED]).stop_before_calls()
            code = work()
        except BaseException:
            traceback.print_exc()
            code = 1
        os._exit(code)
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return os.waitstatus_to_exitcode(status)
        assert stopped is not None
        stopped()
        os.kill(child, signal.SIGCONT)


@contextlib.contextmanager
def quiet(log: Path) -> Iterator[None]:
    """What a command prints goes to a file."""
    with log.open("w") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
        yield


def kill_everywhere(case: Case, template: Path, work: Path, every: int = 1) -> Counter[str]:
    """What is found after a kill before every `every`-th call: how many kills, and how often which fault."""
    states = work.with_name("states")
    _copy(template, work)
    numbers = itertools.count()

    def keep() -> None:
        number = next(numbers)
        if number % every == 0:
            _copy(work, states / str(number))

    if forked(lambda: case.command(work), keep) != 0:
        raise RuntimeError(f"{case.name} fails by itself:\n{(work / 'log.txt').read_text()}")
    total: Counter[str] = Counter(kills=0, **dict.fromkeys(FAULTS, 0))
    for state in sorted(states.iterdir(), key=lambda path: int(path.name)):
        shutil.rmtree(work)
        state.rename(work)  # paths are what they were
        found = list(_looked(lambda: case.wrong(work)))
        if forked(lambda: case.command(work)) != 0:
            print((work / "log.txt").read_text(), file=sys.stderr)
            found.append("failed")
        found += _looked(lambda: case.after(work))
        total += Counter(kills=1, **Counter(set(found)))
        for fault in found:
            print(f"{case.name}, kill {state.name}: {fault}", file=sys.stderr)
    print(f"{case.name}: {dict(total)}", file=sys.stderr)
    return total


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


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

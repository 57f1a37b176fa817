"""What tests of several rooms share: a home of their own, and a bench on the small derived shop."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from engine.data import Dataset, default_cutoff
from tests.fixtures.shops import journey

settings.register_profile("untimed", deadline=None)  # a busy machine proves nothing
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Everything that Evenshelf keeps goes to a folder of this test run."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENSHELF_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def kernels(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where several processes run the tests, each compiles a part of the kernels, and all find them in numba's cache.

    On a new machine each process would otherwise compile all of them, which takes more than a minute.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    from engine.rerank.methods import METHODS
    from engine.rerank.warm import warm

    number, count = int(os.environ["PYTEST_XDIST_WORKER"][2:]), int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    methods, first = list(METHODS), number * len(METHODS) // count
    for method in methods[first:] + methods[:first]:
        with FileLock(tmp_path_factory.getbasetemp().parent / f"{method}.lock"):
            warm(methods=[method])


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Streamlit's AppTest leaves its script as `__main__`, which a process that is started later would run again."""
    kept = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = kept


@pytest.fixture(scope="session")
def shop(home: Path) -> tuple[Dataset, Path]:
    """The small derived shop, prepared in a folder."""
    folder = home / "shops" / "journey"
    data = journey()
    data.save(folder)
    return data, folder


@pytest.fixture(scope="session")
def bench(shop: tuple[Dataset, Path]):  # type: ignore[no-untyped-def]
    """The small shop judged at its cut-off by a blend."""
    from engine.bench.bench import Bench
    from engine.training.training import load_or_train

    data, folder = shop
    return Bench(data, *load_or_train("blend", folder, data, default_cutoff(data)))

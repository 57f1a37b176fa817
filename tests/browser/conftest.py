"""The app on the small shop, which is prepared once for all processes of a run, and a headless Chromium to drive it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from engine.bench.bench import Bench
from engine.data import Dataset, default_cutoff
from tests.fixtures.shops import journey

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WINDOW = {"width": 1440, "height": 900}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


LONGEST = (  # tests of half a minute and more, which begin first, so that none is left alone at the end of a run
    "test_no_page_makes_a_link_of_data", "test_an_own_shop_from_files_to_every_page", "test_from_the_advice",
    "test_the_sketch_comes_first", "test_every_control_does_something", "test_every_chart_of_a_page",
    "test_every_story_can_be_told", "test_malformed_files",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: not (here in item.path.parents and item.name.startswith(LONGEST)))


@pytest.fixture(scope="session")
def shop(home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Path]:
    """The small shop in a home with everything that its pages need: made by the first process, copied by the others.

    A copy each, since journeys add shops and strategies and train models.
    """
    prepared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        prepared = prepared.parent  # which the processes share
    prepared /= "prepared"
    with FileLock(f"{prepared}.lock"):
        if prepared.exists():
            shutil.copytree(prepared, home, dirs_exist_ok=True)
        else:
            prepare(home / "shops" / "journey")
            shutil.copytree(home, prepared)
    return journey(), home / "shops" / "journey"


def prepare(folder: Path) -> None:
    """Write the shop, its model and what pages find on disk; compile the kernels, which stay beside their code."""
    from engine.diagnosis.catalogue_map import mapped_items
    from engine.encoders.layout import layout
    from engine.rerank.warm import warm
    from engine.training.training import load_or_train

    warm()
    data = journey()
    data.save(folder)
    bench = Bench(data, *load_or_train("blend", folder, data, default_cutoff(data)))
    for similarity in bench.similarities:
        bench.vectors(similarity)
    layout(np.ascontiguousarray(bench.vectors("text")[mapped_items(bench, "text")]), "umap")


@pytest.fixture(scope="session")
def address(shop: tuple[Dataset, Path], bench: Bench, home: Path) -> Iterator[str]:
    """A running dashboard on the small shop, whose model is trained already."""
    if CHROMIUM is None:
        message = "Chromium is not installed (Debian: apt-get install chromium)"
        if os.environ.get("EVENSHELF_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"EVENSHELF_SHOP": str(shop[1]), "EVENSHELF_HOME": str(home)}
    log = (home / "server.log").open("w")
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(60)  # a long job in the background lets go of it late
        except subprocess.TimeoutExpired:
            server.kill()
    written = (home / "server.log").read_text()
    assert "Traceback" not in written, written[-3000:]


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except OSError:
            assert server.poll() is None, "the dashboard ended before it answered"
            time.sleep(0.25)
    raise AssertionError("the dashboard did not answer within a minute")


@pytest.fixture(scope="session")
def browser(address: str):  # type: ignore[no-untyped-def]
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def context(browser):  # type: ignore[no-untyped-def]
    """What tests share: its one page keeps the compiled code of the app, which a new page needs 5 s of a core for."""
    # Without animations there is less to draw; what moves is nothing that a test looks at.
    context = browser.new_context(viewport=WINDOW, accept_downloads=True, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def tab(context, address: str):  # type: ignore[no-untyped-def]
    """A tab with nothing of earlier tests in it, which collects what goes wrong."""
    with fresh_tab(context, address) as tab:
        yield tab
    assert tab.faults == []


@contextmanager
def fresh_tab(context, address: str):  # type: ignore[no-untyped-def]
    """The page that tests share, as a tab of the app at an address; empty again afterwards, as a new page would be."""
    from playwright.sync_api import Error

    from tests.browser.driver import Tab

    tab = Tab(context.pages[0] if context.pages else context.new_page(), address)
    try:
        yield tab
    finally:
        try:
            tab.leave()
            tab.page.set_viewport_size(WINDOW)
            context.clear_cookies()
            context.clear_permissions()
        except Error:  # the page crashed: the next test gets another one
            tab.page.close()

"""Two files at once: Streamlit runs two threads of one session, and nothing is lost or torn."""

import io
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.data.reading.columns import TABLES
from tests.data.files import ITEMS, LOG
from ui.data import upload_mapping
from ui.data.upload import Upload

FILES = {"items": ITEMS, "interactions": LOG, "users": "user_id\nu1\n", "promotions": "promotion_id,item_id\np,x\n"}


def together(*works: Callable[[], object]) -> list[BaseException]:
    """What went wrong in threads that begin at one moment."""
    wrong: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at a column lets other threads go on in the middle of a loop."""
    suggest = upload_mapping.suggest

    def waiting(*given: object) -> object:
        time.sleep(0.02)
        return suggest(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(upload_mapping, "suggest", waiting)


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("names", [list(TABLES), list(reversed(TABLES))])
def test_all_files_at_once(names: list[str], tmp_path: Path) -> None:
    own = Upload(tmp_path / "own")
    takes = [lambda name=name: own.take(name, "export.csv", io.BytesIO(FILES[name].encode())) for name in names]
    assert together(*takes) == []  # type: ignore[arg-type]
    assert set(own.files) == set(own.peeked) == set(own.names) == set(TABLES)
    assert len(set(own.files.values())) == len(TABLES), "four files of one name are four files"
    for name, path in own.files.items():
        assert path.read_text() == FILES[name]
    assert own.names["items"]["item_id"] == "item_id" and own.names["interactions"]["user_id"] == "user_id"


@pytest.mark.usefixtures("slow")
def test_a_file_while_another_is_taken_back_and_the_page_is_drawn(tmp_path: Path) -> None:
    own = Upload(tmp_path / "own")
    for name, text in FILES.items():
        own.take(name, f"{name}.csv", io.BytesIO(text.encode()))

    def draw() -> None:
        for _ in range(20):
            with own.turn:
                for name in own.peeked:
                    assert own.further(name) == own.further(name)
                    time.sleep(0.001)
                own.mapping()

    def again() -> None:
        for _ in range(5):
            own.take("items", "new.csv", io.BytesIO(ITEMS.encode()))

    def back() -> None:
        for _ in range(5):
            own.drop("users")
            own.take("users", "u.csv", io.BytesIO(FILES["users"].encode()))

    assert together(draw, again, back, own.mapping, lambda: own.choose("interactions", "event", "")) == []
    assert set(own.files) == set(TABLES)

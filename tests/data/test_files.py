"""Files and sets of files: whole or not there, old or new, and refused where one byte is wrong."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from filelock import lock_descriptor
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from engine.data.storage import cache
from engine.data.storage.file_sets import FileSet
from engine.data.storage.files import DamagedError, read_document, write_atomically, write_document
from engine.data.storage.locks import exclusive
from engine.data.storage.published import publish
from engine.data.storage.tensors import read_tensors, write_tensors

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_a_failed_write_leaves_the_old_file_alone(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", lambda path: path.write_text("old"))

    def fail(path: Path) -> None:
        path.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a", fail)
    assert (tmp_path / "a").read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["a"]


def test_leftovers_of_killed_writers_go_and_those_of_running_ones_stay(tmp_path: Path) -> None:
    killed, running, other = (
        tmp_path / f".{name}.{letter * 32}" for name, letter in (("a", "0"), ("a", "1"), ("b", "2"))
    )
    for file in (killed, running, other):
        file.write_text("half")
    with exclusive(running):
        write_atomically(tmp_path / "a", lambda path: path.write_text("new"))
        assert running.exists() and other.exists() and not killed.exists()
    write_atomically(tmp_path / "a", lambda path: path.write_text("newer"))
    assert not running.exists() and other.exists(), "another file's are not ours to judge"


@pytest.mark.parametrize("windows", [False, True])
def test_a_file_is_written_whole_on_either_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, windows: bool
) -> None:
    """Windows lets nobody write what is locked: temporary files are only held open there."""
    for module in ("locks", "files"):
        monkeypatch.setattr(f"engine.data.storage.{module}.WINDOWS", windows)
    locked: list[int] = []
    lock = lock_descriptor
    monkeypatch.setattr(
        "engine.data.storage.locks.lock_descriptor",
        lambda descriptor, **options: locked.append(descriptor) or lock(descriptor, **options),
    )
    (tmp_path / f".a.{'0' * 32}").write_text("half")
    write_atomically(tmp_path / "a", lambda path: path.write_text("new"))
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_text() == "new"
    assert bool(locked) != windows


def test_a_lock_goes_with_a_killed_holder(tmp_path: Path) -> None:
    code = "import sys, time; from pathlib import Path; from engine.data.storage.locks import exclusive\n"
    code += "with exclusive(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        with pytest.raises(BlockingIOError), exclusive(tmp_path / "lock", wait=False):
            pass
        holder.kill()
        holder.wait()
    with exclusive(tmp_path / "lock", wait=False):
        pass


def test_a_lock_that_is_held_is_waited_for(tmp_path: Path) -> None:
    order = []

    def second() -> None:
        with exclusive(tmp_path / "lock"):
            order.append("second")

    with exclusive(tmp_path / "lock"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.1)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_no_lock_is_had_in_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError), exclusive(tmp_path / "lock"):
        pass


def test_an_error_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError) as error:
        write_atomically(tmp_path / "file" / "a", lambda path: path.write_text("x"))
    assert error.value.filename == str(tmp_path / "file" / "a")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError) as error:
        write_atomically(tmp_path / "folder", lambda path: path.write_text("x"))
    assert error.value.filename == str(tmp_path / "folder")


@given(st.dictionaries(st.text().filter(lambda name: name != "sha256"), VALUES))
def test_a_document_says_what_was_written(tmp_path_factory: pytest.TempPathFactory, content: dict[str, object]) -> None:
    file = tmp_path_factory.mktemp("documents") / "a.json"
    write_document(file, content)
    assert read_document(file) == content


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_flipped_bit_changes_a_document_unseen(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    file, content = tmp_path_factory.mktemp("documents") / "a.json", {"name": "blend", "λ": 0.25, "rows": [1, 2, 3]}
    write_document(file, content)
    whole = bytearray(file.read_bytes())
    whole[at % len(whole)] ^= 1 << bit
    file.write_bytes(whole)
    try:
        found = read_document(file)
    except DamagedError:
        return
    assert {key: found.get(key) for key in content} == content, "at most the checksum's own name was hit"


def test_documents_without_a_checksum_open_and_what_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"model": "ease"}')
    assert read_document(file) == {"model": "ease"}
    for text in ("", "{", "[]", "[" * 100_000, '"sha256"', "null"):
        file.write_text(text)
        with pytest.raises(DamagedError):
            read_document(file)


def test_one_holder_at_a_time_and_none_after_it(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock"):
        with pytest.raises(BlockingIOError), exclusive(tmp_path / "lock", wait=False):
            pass
        (tmp_path / "lock").unlink()  # whoever waits gets the lock of the file that is there then
        with exclusive(tmp_path / "lock", wait=False):
            pass
    with exclusive(tmp_path / "lock", wait=False):
        pass


SETS = [{"a.txt": "one", "b.txt": "one"}, {"a.txt": "two", "b.txt": "two"}, {"a.txt": "three", "b.txt": "three"}]


def some(place: Path) -> FileSet:
    return FileSet(place, "set.json", lambda notes: ("a.txt", "b.txt"))


def put(files: FileSet, number: int, keep: bool = False) -> None:
    def fill(folder: Path) -> None:
        for name, text in SETS[number].items():
            (folder / name).write_text(text)

    files.write(fill, {"number": number}, keep)


def got(files: FileSet) -> tuple[int, dict[str, str]]:
    return files.read(lambda place, notes: (notes["number"], {name: (place / name).read_text() for name in SETS[0]}))


def test_a_set_is_replaced_kept_and_brought_back(tmp_path: Path) -> None:
    files = some(tmp_path / "set")
    with pytest.raises(FileNotFoundError):
        got(files)
    put(files, 0)
    with pytest.raises(FileNotFoundError):
        files.go_back()
    put(files, 1, keep=True)
    assert got(files) == (1, SETS[1])
    assert files.go_back() == {"number": 0} and got(files) == (0, SETS[0])
    put(files, 2)  # what is kept stays
    assert files.go_back() == {"number": 1} and got(files) == (1, SETS[1])
    assert len(list((tmp_path / "set").glob("files-*"))) == 2
    files.remove()
    assert not (tmp_path / "set").exists()


def test_a_set_without_checksums_opens_and_gets_them(tmp_path: Path) -> None:
    for name, text in SETS[0].items():
        (tmp_path / name).write_text(text)
    (tmp_path / "set.json").write_text('{"number": 0}')
    (tmp_path / "mine.txt").write_text("mine")
    files = some(tmp_path)
    assert got(files) == (0, SETS[0])
    (tmp_path / "a.txt").write_text("onE")
    with pytest.raises(DamagedError, match=r"a\.txt"):
        got(files)
    put(files, 1)
    assert sorted(path.name for path in tmp_path.glob("*.txt")) == ["mine.txt"] and got(files) == (1, SETS[1])


def test_a_failed_write_leaves_the_old_set(tmp_path: Path) -> None:
    files = some(tmp_path)
    put(files, 0)
    before = sorted(tmp_path.rglob("*"))

    def fail(folder: Path) -> None:
        (folder / "a.txt").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError):
        files.write(fail, {"number": 1})
    assert got(files) == (0, SETS[0]) and sorted(tmp_path.rglob("*")) == before


def test_readers_see_the_old_set_or_the_new_one_while_writers_take_turns(tmp_path: Path) -> None:
    files, over, wrong = some(tmp_path), threading.Event(), []
    put(files, 0)

    def read() -> None:
        while not over.is_set():
            number, found = got(files)
            if found != SETS[number]:
                wrong.append(found)

    def write(number: int) -> None:
        for _ in range(15):
            put(files, number)

    readers = [threading.Thread(target=read) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(number,)) for number in (1, 2)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in readers:
        thread.join()
    assert not wrong and len(list(tmp_path.glob("files-*"))) == 1


def test_a_manifest_is_there_only_while_its_files_are_of_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, {"a": b"1", "b": b"1"}, "audit")
    assert set(read_document(tmp_path / "manifest.json")["files"]) == {"a", "b"}
    real, calls = Path.replace, iter(range(9))

    def replace(self: Path, target: Path) -> Path:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, {"a": b"2", "b": b"2"}, "audit")
    assert not (tmp_path / "manifest.json").exists() and {
        (tmp_path / "a").read_bytes(),
        (tmp_path / "b").read_bytes(),
    } == {b"1", b"2"}


def test_a_full_disk_leaves_the_published_files_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, {"a": b"1", "b": b"1"}, "audit")
    real = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if ".b." in self.name:
            raise OSError(28, os.strerror(28), str(self))
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError) as error:
        publish(tmp_path, {"a": b"2", "b": b"2"}, "audit")
    assert error.value.filename == str(tmp_path / "b")
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b", "manifest.json"}
    assert (tmp_path / "a").read_bytes() == b"1"


ARRAYS = {"points": np.arange(12, dtype=np.float32).reshape(3, 4), "step": np.array(3.0), "none": np.zeros((0, 2))}


def test_arrays_come_back_and_no_flipped_bit_changes_them_unseen(tmp_path: Path) -> None:
    file, rng = tmp_path / "a.safetensors", np.random.default_rng(0)
    write_tensors(file, ARRAYS)
    whole = file.read_bytes()
    for at in rng.integers(0, 8 * len(whole), 150):
        torn = bytearray(whole)
        torn[at // 8] ^= 1 << (at % 8)
        file.write_bytes(torn)
        try:
            found = read_tensors(file)
        except DamagedError:
            continue
        assert found.keys() == ARRAYS.keys()
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(found[name], array)
    for length in (0, 7, 8, 40, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(DamagedError):
            read_tensors(file)


def test_arrays_without_a_checksum_open_and_get_one(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    save_file({"points": ARRAYS["points"]}, file)
    np.testing.assert_array_equal(read_tensors(file)["points"], ARRAYS["points"])
    whole = bytearray(file.read_bytes())
    whole[-1] ^= 1
    file.write_bytes(whole)
    with pytest.raises(DamagedError):
        read_tensors(file)


def test_a_cache_that_cannot_be_written_costs_only_time_and_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file")
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path))
    for number in range(3):
        cache.write(cache.cache_file("some", number), {"a": np.zeros(2)})
    assert cache.read(cache.cache_file("some", 0)) is None
    assert [str(tmp_path / "cache") in message for message in caplog.messages] == [True]


def test_a_pointer_cannot_name_files_of_others(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    place = tmp_path / "set"
    files = some(place)
    put(files, 0)
    whole = json.loads((place / "set.json").read_text())
    del whole["sha256"]
    (place / "set.json").write_text(json.dumps(whole | {"digests": {"../mine.txt": "0"}}))
    put(files, 1)
    assert (tmp_path / "mine.txt").read_text() == "mine"

"""A session of the dashboard without a browser: what a browser sends and gets, over Streamlit's own WebSocket."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 600  # seconds for a shop to become ready


class Session:
    """One tab at a page. `slider(key)` finds a slider; `move` sets it and waits until the run it causes has ended."""

    def __init__(self, port: int, page: str, query: str = "") -> None:
        self._socket = connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None)
        self._page, self._query = page, query
        self._sliders: dict[str, tuple[str, str]] = {}  # key: (id, fragment it stands in)
        self._hash = ""
        self._run(page_name=page)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ready(self, key: str, patience: float = PATIENCE) -> None:
        """Run the page until a slider is there: the shop is prepared."""
        until = time.monotonic() + patience
        while key not in self._sliders:
            assert time.monotonic() < until, f"no slider {key} in {patience:g} s"
            time.sleep(1)
            self._run(hash_=self._hash)

    def move(self, key: str, value: float) -> float:
        """Seconds until the run that a slider's new value causes has ended."""
        began = time.monotonic()
        self._run(hash_=self._hash, slider=(key, value))
        return time.monotonic() - began

    def _run(self, page_name: str = "", hash_: str = "", slider: tuple[str, float] | None = None) -> None:
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        asked.rerun_script.page_name, asked.rerun_script.page_script_hash = page_name, hash_
        if slider is not None:
            id_, fragment = self._sliders[slider[0]]
            asked.rerun_script.fragment_id = fragment
            state = asked.rerun_script.widget_states.widgets.add()
            state.id = id_
            state.double_array_value.data.append(slider[1])
        self._socket.send(asked.SerializeToString())
        self._listen()

    def _listen(self) -> None:
        """Read until the run has ended."""
        while True:
            got = ForwardMsg()
            data = self._socket.recv(timeout=PATIENCE)
            got.ParseFromString(data if isinstance(data, bytes) else data.encode())
            kind = got.WhichOneof("type")
            if kind == "new_session":
                self._hash = got.new_session.page_script_hash
            elif kind == "delta" and got.delta.new_element.WhichOneof("type") == "slider":
                widget = got.delta.new_element.slider
                self._sliders[widget.id.rpartition("-")[2]] = (widget.id, got.delta.fragment_id)
            elif kind == "script_finished" and got.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
            ):  # fmt: skip
                return


@contextmanager
def server(port: int, before: str = "", root: Path = ROOT) -> Iterator[psutil.Process]:
    """A dashboard of its own on the sample, from the tree in `root`, after some lines of Python."""
    code = f"{before}\nimport sys; from streamlit.web.cli import main; sys.argv = {_command(port)!r}; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(root)},
    )  # fmt: skip
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.5)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _command(port: int) -> list[str]:
    return ["streamlit", "run", "dashboard.py", "--server.port", str(port)]


def processor(process: psutil.Process) -> float:
    """Seconds of processor time that a process has used, in the program and in the system for it."""
    used = process.cpu_times()
    return float(used.user + used.system)

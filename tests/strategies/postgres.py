"""A PostgreSQL server of the tests' own: Debian's, in a temporary folder, on a free port of this machine."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER, PASSWORD = "evenshelf", "p@ss/word %1"
QUOTED = "p%40ss%2Fword%20%251"
WAIT = 60  # seconds until it must answer


def programs() -> Path | None:
    """The folder of the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """A running server; yields its URL without a database. For root the user postgres runs it, as it refuses root."""
    identity = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="evenshelf-postgres-"))
    try:
        (folder / "password").write_text(PASSWORD)
        if identity:
            shutil.chown(folder, "postgres", "postgres")
            shutil.chown(folder / "password", "postgres", "postgres")
        data, port = folder / "data", _free_port()
        made = [programs / "initdb", "-D", data, "-U", USER, "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256"]
        subprocess.run([*made, f"--pwfile={folder / 'password'}"], check=True, capture_output=True, cwd="/", **identity)
        options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-p", str(port)]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen(
                [programs / "postgres", "-D", data, *options], stdout=log, stderr=log, cwd="/", **identity
            )
        try:
            _wait(port, folder / "log")
            yield f"postgresql://{USER}:{QUOTED}@127.0.0.1:{port}"
        finally:
            running.send_signal(signal.SIGQUIT)  # at once; what it kept is thrown away
            running.wait(WAIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def create(url: str, database: str) -> str:
    """Make an empty database on the server of this URL; the URL of it."""
    _execute(url, f'CREATE DATABASE "{database}"')
    return f"{url}/{database}"


def _execute(url: str, statement: str) -> None:
    import pg8000.native

    port = int(url.rsplit(":", 1)[1])
    with pg8000.native.Connection(USER, "127.0.0.1", "postgres", port, PASSWORD) as connection:
        connection.run(statement)


def _wait(port: int, log: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < WAIT:
        try:
            return _execute(f"postgresql://127.0.0.1:{port}", "SELECT 1")
        except Exception:
            time.sleep(0.1)
    raise TimeoutError(f"PostgreSQL does not answer:\n{log.read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

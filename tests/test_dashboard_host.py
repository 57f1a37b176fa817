"""The dashboard gives no session to a web page that asks its visitor's browser to come here under another name."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def dashboard(**environment: str) -> Iterator[int]:
    """The port of a running dashboard. No page is opened, so no shop is prepared."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL) as server:
        try:
            end = time.monotonic() + 120
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert server.poll() is None and time.monotonic() < end, "the dashboard does not answer"
                    time.sleep(0.2)
            yield port
        finally:
            server.terminate()


def handshake(port: int, host: str | None, origin: str | None) -> int:
    """The status by which the dashboard answers who asks for a session: 101 is one."""
    lines = ["GET /_stcore/stream HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: streamlit"]  # fmt: skip
    lines += [f"Host: {host}"] if host is not None else []
    lines += [f"Origin: {origin}"] if origin is not None else []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = client.recv(4096)
    return int(answer.split()[1]) if answer else 0


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with dashboard() as found:
        yield found


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_this_computer_gets_a_session(port: int, host: str) -> None:
    assert handshake(port, f"{host}:{port}", f"http://{host}:{port}") == 101


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost@evil.example",
     "localhost.evil.example", "10.0.0.1", "0.0.0.0", "", None],
)  # fmt: skip
def test_another_name_gets_none_whatever_its_origin(port: int, host: str | None) -> None:
    host = host and host.format(port=port)
    for origin in (f"http://{host}", "http://127.0.0.1", None):
        assert handshake(port, host, origin) not in (101, 500)


def test_a_foreign_page_gets_none_under_our_own_name(port: int) -> None:
    for origin in ("https://evil.example", "http://127.0.0.1.evil.example", "null", "file://"):
        assert handshake(port, f"127.0.0.1:{port}", origin) not in (101, 500), origin


def test_a_deployed_name_is_set_by_the_environment() -> None:
    with dashboard(STREAMLIT_SERVER_ALLOWED_HOSTS="shop.example.com localhost") as port:
        assert handshake(port, "shop.example.com", "https://shop.example.com") == 101
        assert handshake(port, f"localhost:{port}", f"http://localhost:{port}") == 101
        assert handshake(port, f"127.0.0.1:{port}", f"http://127.0.0.1:{port}") != 101
        assert handshake(port, "evil.example.com", "https://evil.example.com") != 101

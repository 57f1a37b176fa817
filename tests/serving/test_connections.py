"""Half-sent requests and too many connections, over raw sockets."""

import http.client
import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from engine.commands.listening import listen
from engine.serving import LiveSlates, app, connections
from engine.serving.connections import PatientProtocol

PATIENCE = 1.0
HEAD = b"Host: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture
def address(served: LiveSlates, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A server as `serve` runs it, in little patience."""
    monkeypatch.setattr(connections, "PATIENCE", PATIENCE)
    config = uvicorn.Config(app(served), http=PatientProtocol, ws="none", lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    with listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield listening.getsockname()[:2]
        server.should_exit = True
        thread.join(30)


def drip(place: tuple[str, int], sent: bytes, every: float = 0.1) -> tuple[float, bytes]:
    """Send some bytes, then one more again and again; seconds until the server closed, and what it said."""
    began, said = time.monotonic(), b""
    with socket.create_connection(place, timeout=30) as client:
        client.sendall(sent)
        client.settimeout(every)
        while time.monotonic() - began < 30:
            try:
                part = client.recv(4096)
                said += part
                if not part:
                    break
            except TimeoutError:
                try:
                    client.sendall(b"x")
                except OSError:
                    break
            except OSError:
                break
    return time.monotonic() - began, said


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        b"POST /v1/slates HTTP/1.1\r\n" + HEAD + b"Content-Length: 900\r\n\r\n{",
        b"POST /v1/slates HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{",
    ],
)
def test_a_request_that_does_not_end_is_given_up(
    address: tuple[str, int], sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        seconds, said = drip(address, sent)
    assert PATIENCE * 0.9 < seconds < PATIENCE + 10
    assert said.startswith(b"HTTP/1.1 408 ")
    time.sleep(0.3)  # until whoever waited for the rest has noticed
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_the_second_request_of_a_connection_has_its_own_deadline(address: tuple[str, int]) -> None:
    whole = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    client = http.client.HTTPConnection(*address, timeout=30)
    for _ in range(3):
        client.request("GET", "/health")
        answer = client.getresponse()
        assert answer.status == 200 and answer.read()
        time.sleep(PATIENCE * 0.5)  # together longer than one deadline
    client.close()
    seconds, said = drip(address, whole + b"GET /health HTTP/1.1\r\nX-Slow: ")
    assert seconds < PATIENCE + 10 and said.startswith(b"HTTP/1.1 200 ") and b"HTTP/1.1 408 " in said


def test_who_takes_no_answer_is_given_up(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    lost = threading.Event()
    usual = PatientProtocol.connection_lost

    def noted(self: Any, exc: Exception | None) -> None:
        usual(self, exc)
        lost.set()

    monkeypatch.setattr(PatientProtocol, "connection_lost", noted)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with client:
        client.connect(address)
        client.setblocking(False)
        asks = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        end = time.monotonic() + 30
        while not lost.is_set() and time.monotonic() < end:  # answers fill every buffer and are never read
            try:
                client.send(asks)
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:
                break
        assert lost.wait(30)


def test_connections_are_limited_and_others_are_told(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 8)
    monkeypatch.setattr(connections, "PATIENCE", 30)
    asked = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    held = [socket.create_connection(address, timeout=30) for _ in range(8)]
    time.sleep(0.5)  # until the server has met them
    try:
        with socket.create_connection(address, timeout=30) as client:
            assert client.recv(4096).startswith(b"HTTP/1.1 503 ")
        held.pop().close()
        time.sleep(0.5)
        with socket.create_connection(address, timeout=30) as client:
            client.sendall(asked)
            assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
    finally:
        for client in held:
            client.close()


def test_a_process_that_may_open_few_files_takes_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections.resource, "getrlimit", lambda _: (100, 100))
    assert connections.most_connections() == 50
    monkeypatch.setattr(connections.resource, "getrlimit", lambda _: (connections.resource.RLIM_INFINITY,) * 2)
    assert connections.most_connections() == connections.MOST

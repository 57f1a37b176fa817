"""How long a connection may take, and how many there may be, so that half-sent requests cannot hold the server up."""

import asyncio
import sys

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 30.0  # seconds for a request to arrive whole, and as many for its answer to be made and taken
MOST = 500  # connections at once
CLOSED = b"Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with a deadline for each request and each answer that no further byte moves, and with a limit
    on open connections."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._late: asyncio.TimerHandle | None = None
        self._phase, self._answers = (False, 0), 0  # whether a request has come whole, and how many were answered
        if len(self.connections) >= most_connections():
            self.transport = transport
            transport.write(_closing("503 Service Unavailable", "Too many connections. Try again later.\n"))
            transport.close()
            return
        super().connection_made(transport)
        self._restart()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        self._answers += 1
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._late is not None:
            self._late.cancel()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Begin a new deadline where a request has come whole, or an answer is done; never because of a byte more."""
        phase = (self.conn.their_state not in (h11.IDLE, h11.SEND_BODY), self._answers)
        if phase != self._phase:
            self._phase = phase
            self._restart()

    def _restart(self) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late = self.loop.call_later(PATIENCE, self._give_up)

    def _give_up(self) -> None:
        """Say that the request took too long, unless an answer is on its way: then nobody is taking it."""
        unanswered = self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE)
        if self.transport.is_closing() or self.transport.get_write_buffer_size() or not unanswered:
            self.transport.abort()
            return
        self.transport.write(_closing("408 Request Timeout", f"The request took more than {PATIENCE:g} seconds.\n"))
        self.transport.close()


if sys.platform == "win32":

    def most_connections() -> int:
        """As many as `MOST`: a process may open many more files there."""
        return MOST
else:
    import resource

    def most_connections() -> int:
        """As many as `MOST`, and no more than half of the files that this process may open."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return MOST if files == resource.RLIM_INFINITY else min(MOST, files // 2)


def _closing(status: str, text: str) -> bytes:
    body = text.encode()
    return f"HTTP/1.1 {status}\r\n".encode() + CLOSED + f"{len(body)}\r\n\r\n".encode() + body

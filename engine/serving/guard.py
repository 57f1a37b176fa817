"""Who is let in: this computer alone, or whoever has the token; and no request larger than any that is served."""

import hashlib
import hmac
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.serving.problems import NoAnswer

OPEN = "/ready"  # asked by load balancers, which have no token; it tells nothing else
LARGEST = 1_000_000  # bytes of a request's body
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class AccessGuard:
    """ASGI middleware. token: what a request must bear; None: it must be meant for this computer by its Host header,
    so that no web page can have its visitor's browser ask here under a name of the page's own (DNS rebinding)."""

    def __init__(self, app: ASGIApp, token: str | None, hosts: Iterable[str] = HERE) -> None:
        self._app, self._hosts = app, frozenset(hosts)
        self._token = None if token is None else _digest(token.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            headers = Headers(scope=scope)
            self._let_in(scope["path"], headers)
            _check_size(int(headers.get("content-length", "0")) if _counted(headers) else 0)
        except NoAnswer as refused:
            await refused.response()(scope, receive, _hardened(send))
            return
        await self._app(scope, _limited(receive), _hardened(send))

    def _let_in(self, path: str, headers: Headers) -> None:
        if self._token is None:
            if [_name(host) for host in headers.getlist("host")] not in [[name] for name in self._hosts]:
                fix = "ask for http://127.0.0.1; a server for other computers needs a token, see docs/serving.md"
                raise NoAnswer(421, "wrong_host", "this server answers its own computer only", fix)
        elif path != OPEN and not hmac.compare_digest(_digest(_borne(headers)), self._token):
            fix = "send the header Authorization: Bearer TOKEN"
            raise NoAnswer(
                401, "no_token", "the token is missing or wrong", fix, headers={"WWW-Authenticate": "Bearer"}
            )


def _borne(headers: Headers) -> bytes:
    """The token that a request bears; b"" without one."""
    given = headers.getlist("authorization")
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    return token.strip().encode("latin-1") if scheme.lower() == "bearer" else b""


def _digest(token: bytes) -> bytes:
    """Of one length for all tokens, so that comparing takes one time for all."""
    return hashlib.sha256(token).digest()


def _name(host: str) -> str:
    """A Host header without its port and brackets."""
    bare = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return bare.lower().removesuffix(".")


def _counted(headers: Headers) -> bool:
    return headers.get("content-length", "").isdecimal()


def _check_size(size: int) -> None:
    if size > LARGEST:
        fix = "ask for fewer shoppers at once"
        raise NoAnswer(
            413, "too_large", f"a request has at most {LARGEST:,} bytes", fix, headers={"Connection": "close"}
        )


def _limited(receive: Receive) -> Receive:
    """Counts what really comes: a body need not say its length."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        _check_size(seen)
        return message

    return counted


def _hardened(send: Send) -> Send:
    """Answers are taken for what they say they are."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["X-Content-Type-Options"] = "nosniff"
        await send(message)

    return sent

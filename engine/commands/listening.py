"""The address that `serve` listens on, and the token that it asks for; both are checked before any work."""

import ipaddress
import os
import socket

from engine.data.problems import refuse

TOKEN = "EVENSHELF_TOKEN"
SHORTEST = 32  # characters of a token
MAKE = f"make one: export {TOKEN}=$(python -c 'import secrets; print(secrets.token_urlsafe(32))')"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises InputError for an unknown host, and for a port that is taken or not allowed."""
    if not 0 <= port <= 65_535:
        fix = "take one from 1024 to 65535, or 0 for a free one"
        raise refuse("command line", "port", "no such port", fix, column="port", value=str(port))
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        fix = "take an address of this computer, such as 127.0.0.1"
        raise refuse("command line", "host", "no such address", fix, column="host", value=host) from None
    try:
        listening = socket.create_server((str(address[0]), port), family=family)
    except OSError as error:
        problem = f"cannot listen there: {os.strerror(error.errno or 0)}"
        fix = "stop what listens there, or take another --port (0 for a free one)"
        raise refuse("command line", "port", problem, fix, column="port", value=f"{host}:{port}") from None
    # Connections inherit it. asyncio sets it only where a socket says that it is TCP, and this one leaves that open; an
    # answer's last part would wait 40 ms for the client's receipt of the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def read_token(listening: socket.socket) -> str | None:
    """The token in the environment, where `ps` does not show it; None without one, which only loopback may do.

    Raises InputError for a token that is missing, too short, or not plain ASCII.
    """
    token, host = os.environ.get(TOKEN), listening.getsockname()[0]
    if not token:
        if not ipaddress.ip_address(host).is_loopback:
            problem = "other computers can reach this address, and no token protects it"
            raise refuse("command line", "no_token", problem, f"{MAKE}; or leave --host out", column="host", value=host)
        return None
    if len(token) < SHORTEST:
        problem = f"the token has {len(token)} characters, fewer than {SHORTEST}"
        raise refuse("environment", "weak_token", problem, MAKE, column=TOKEN)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise refuse("environment", "weak_token", "the token has blanks or letters beyond ASCII", MAKE, column=TOKEN)
    return token


def url_of(listening: socket.socket) -> str:
    """Where requests go."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

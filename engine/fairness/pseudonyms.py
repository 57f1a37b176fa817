"""Shoppers' names that only the holder of a key can match: HMAC-SHA-256 of the id (RFC 2104)."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from engine.data.problems import refuse
from engine.data.storage.private import make_folder

VARIABLE = "EVENSHELF_PSEUDONYM_KEY"
SHORTEST = 32  # bytes of a key


def pseudonyms(ids: Iterable[str], key: bytes) -> list[str]:
    """32 hex digits for each id. Without the key they can neither be matched to ids nor be guessed by trying ids."""
    return [hmac.new(key, b"shopper:" + name.encode(), hashlib.sha256).hexdigest()[:32] for name in ids]


def mark(key: bytes) -> str:
    """A mark by which two keys can be told apart, and from which the key cannot be computed."""
    return hmac.new(key, b"which key", hashlib.sha256).hexdigest()[:16]


def read_key(path: Path) -> bytes:
    """The key of the environment (EVENSHELF_PSEUDONYM_KEY, 32 bytes or more), else of the file, made if need be.

    Raises InputError for a key that is too short, or a file that others can read.
    """
    text = os.environ.get(VARIABLE)
    if text is not None:
        return _checked(text.strip().encode(), VARIABLE)
    make_folder(path.parent)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            raise refuse(path.name, "key", "others can read the key", "allow its owner alone (chmod 600)") from None
        return _checked(path.read_bytes().strip(), path.name)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(SHORTEST))
    return path.read_bytes()


def _checked(key: bytes, name: str) -> bytes:
    if len(key) < SHORTEST:
        raise refuse(name, "key", f"the key has {len(key)} bytes", f"take {SHORTEST} random bytes or more")
    return key

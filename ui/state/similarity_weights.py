"""Weights of similarity as a user sets them: whole per cents that sum to 100, in a link `embedding:60,category:40`."""

from collections.abc import Mapping
from urllib.parse import quote, unquote

from engine.strategy.similarity_weights import EMBEDDING

Shares = dict[str, int]
DEFAULT: Shares = {EMBEDDING: 100}


def read(text: str) -> Shares:
    """Shares by source, zeros left out. ValueError unless they are whole per cents that sum to 100."""
    shares: Shares = {}
    for pair in text.split(","):
        name, _, share = pair.partition(":")
        shares[unquote(name)] = int(share)
    if len(shares) <= text.count(","):
        raise ValueError(text)
    return checked(shares)


def checked(shares: Mapping[str, int]) -> Shares:
    """The shares without zeros, the vectors first. ValueError unless they are whole per cents that sum to 100."""
    if sum(shares.values()) != 100 or min(shares.values()) < 0 or "" in shares:
        raise ValueError(f"not whole per cents that sum to 100: {dict(shares)}")
    ordered = sorted(shares.items(), key=lambda entry: (entry[0] != EMBEDDING, entry[0]))
    return {name: share for name, share in ordered if share}


def text(shares: Mapping[str, int]) -> str:
    """The text of the shares in a link, the vectors first."""
    return ",".join(f"{quote(name, safe='')}:{share}" for name, share in checked(shares).items())


def shift_share(shares: Mapping[str, int], source: str, share: int) -> Shares:
    """The shares after one was set: the others keep their proportions and share what is left.

    Where all others are 0, the rest goes to the vectors, or to the first other source if the vectors were moved.
    """
    others = {name: old for name, old in shares.items() if name != source}
    if not any(others.values()) and others:
        others[EMBEDDING if EMBEDDING in others else next(iter(others))] = 1
    return {source: share if others else 100} | _apportioned(others, 100 - share)


def _apportioned(parts: Mapping[str, int], total: int) -> Shares:
    """Whole numbers in these proportions that sum to `total`, by largest remainder."""
    whole = sum(parts.values()) or 1
    exact = {name: total * proportion / whole for name, proportion in parts.items()}
    rounded = {name: int(value) for name, value in exact.items()}
    left = total - sum(rounded.values()) if parts else 0
    for name in sorted(exact, key=lambda key: rounded[key] - exact[key])[:left]:
        rounded[name] += 1
    return rounded


def known(shares: Mapping[str, int], sources: tuple[str, ...]) -> Shares:
    """A share for every source of a shop; those of sources it lacks go to the vectors."""
    known_shares = {source: shares.get(source, 0) for source in sources}
    known_shares[EMBEDDING] += 100 - sum(known_shares.values())
    return known_shares

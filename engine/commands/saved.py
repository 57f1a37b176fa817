"""The saved strategies of the shop that a command is about."""

import sys
from pathlib import Path

from engine.data.problems import refuse
from engine.strategies import SavedShop, Store, shop_of, unadopted

ADOPT = "python -m engine strategies adopt --data {data}"


def saved_shop(store: Store, data: str | Path) -> str:
    """What the store calls the shop; says on stderr what was saved under its folder's name and waits to be adopted."""
    shop, waiting = shop_of(store, data), unadopted(store, data)
    if waiting is not None:
        print(
            f"{_what(waiting)}. If that was this shop: {ADOPT.format(data=data)}",
            file=sys.stderr,
        )
    return shop


def shop_with_live(store: Store, data: str | Path, surfaces: tuple[str, ...]) -> str:
    """The same for a command that lives on strategies: refused where none is live and some wait to be adopted."""
    shop = saved_shop(store, data)
    waiting = unadopted(store, data)
    if waiting is not None and not any(store.live(shop, surface) for surface in surfaces):
        fix = f"adopt them if this is the shop: {ADOPT.format(data=data)}; or name a strategy with --strategy"
        raise refuse(str(data), "unadopted", f"nothing is live; {_what(waiting)}", fix)
    return shop


def _what(waiting: SavedShop) -> str:
    n = len(waiting.names)
    strategies = f"{n} strateg{'y was' if n == 1 else 'ies were'} saved under the name '{waiting.shop}'"
    return f"{strategies} on other data than this shop holds, so they are not shown for it"

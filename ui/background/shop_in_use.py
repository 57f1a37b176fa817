"""The shop that a session uses, and its folder."""

import os
from pathlib import Path

from engine.data import shop_folder
from engine.data.shops import find_shop
from ui import state


def default_shop() -> str:
    """The shop that opens where a link names none: $EVENSHELF_SHOP, a prepared folder, or the bundled sample."""
    return os.environ.get("EVENSHELF_SHOP") or "sample"


def address(slug: str) -> str | None:
    """The argument of `open_shop` for a shop of the list; "" is the default shop, None a shop that does not exist."""
    if not slug:
        return default_shop()
    folder = find_shop(slug)
    return None if folder is None else slug if slug == "sample" else str(folder)


def current() -> str:
    """The argument of `open_shop` for the shop in use; the default one for a link to a shop that does not exist."""
    return address(state.view().shop) or default_shop()


def folder() -> Path:
    """The folder of the shop in use."""
    return shop_folder(current())


def switch(slug: str) -> None:
    """Switch to another shop, and reset the choice of shopper and strategy, which do not exist there."""
    state.put(shop=slug)
    state.put_default("shopper", "weights", "strategy", "version", "fair_by", "fair_figures", "fair_before", "fair_now")

"""The name of a folder's shop in the store, so that two folders of one name are two shops."""

from pathlib import Path

from engine.data import InputError, home, shop_folder
from engine.data.problems import refuse
from engine.data.shops import SAMPLE
from engine.data.storage.identity import Identity, data_hash, identify
from engine.strategies.adoption import SavedShop
from engine.strategies.checks import SOURCE, shop_id
from engine.strategies.store import Store

PREFIX = "id/"  # no folder is called so: the name of a shop from before ids is never taken for an id
AUTOMATIC = "Evenshelf, as the data is the same"  # who adopts what was judged on the shop's own data


def shop_of(store: Store, data: str | Path) -> str:
    """The name of the shop in a prepared folder in `store`: its id; `sample` is always the bundled one.

    What was saved under the folder's name before shops had ids is adopted where it was judged on the data that the
    folder holds, or held when it got its id; else `unadopted` returns it. A folder without an id that cannot be
    written to keeps its name. Raises InputError where another shop has taken over that name.
    """
    folder = shop_folder(data).resolve()
    if folder == (home() / "shops" / SAMPLE).resolve():
        return SAMPLE
    identity = identify(folder)
    if identity is None:
        return _by_name(store, folder)
    shop = PREFIX + identity.id
    other = _waiting(store, identity)
    if other is not None and other.data_hashes & {identity.hash, data_hash(folder)}:
        try:
            store.adopt(shop, other.shop, author=AUTOMATIC)
        except InputError:  # another process was first, or they cannot be told apart: `unadopted` says so
            return shop
    return shop


def unadopted(store: Store, data: str | Path) -> SavedShop | None:
    """What was saved under the name of a shop's folder before shops had ids, and no shop has taken over."""
    folder = shop_folder(data).resolve()
    if folder == (home() / "shops" / SAMPLE).resolve():
        return None
    identity = identify(folder)
    return None if identity is None else _waiting(store, identity)


def _waiting(store: Store, identity: Identity) -> SavedShop | None:
    saved = None if identity.name == SAMPLE else _saved(store, identity.name)  # `sample` is always the bundled one's
    return saved if saved is not None and saved.adopted_by is None else None


def _by_name(store: Store, folder: Path) -> str:
    saved = _saved(store, folder.name)
    if saved is None or saved.adopted_by is None:
        return folder.name
    if data_hash(folder) in saved.data_hashes:
        return saved.adopted_by
    fix = "give this folder an id where it can be written to, with `prepare --shop-id`"
    problem = "its saved strategies are found by its name, and another shop goes on with those of this name"
    raise refuse(str(folder), "name_adopted", problem, fix)


def _saved(store: Store, name: str) -> SavedShop | None:
    """What was saved under the name of a folder; None also for a name that the store could not have taken."""
    try:
        return next(iter(store.shops(shop_id(name))), None)
    except InputError as refused:
        if refused.problems[0].file != SOURCE:
            raise
        return None

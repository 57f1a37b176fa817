"""Save strategies in versions, approve them, make them live, retire them, and see what became of them."""

import argparse
import getpass
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from engine.bench.contexts import context_of
from engine.commands.saved import saved_shop
from engine.commands.shared import ProgressLine, add_data, open_data, read_date, write_json
from engine.commands.strategy_words import OPTIONS, record, signed, status, summary
from engine.data import default_cutoff, shop_folder
from engine.data.problems import refuse
from engine.strategies import Basis, Store, Version, compare, shop_of, unadopted
from engine.strategy.strategy import read_strategy
from engine.training.registry import active

Action = Callable[[Store, str, argparse.Namespace], Any]  # store, shop, options -> what --json gets

SIGNED = ("author", "comment")


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, (_, takes, words) in ACTIONS.items():
        action = actions.add_parser(name, help=words)
        add_data(action)
        for option in takes:
            action.add_argument(f"--{option.removeprefix('any-')}", **OPTIONS[option])
        action.add_argument("--json", help="write the result (or the problems) here")


def run(options: argparse.Namespace) -> None:
    store = Store.open()
    try:
        asks = options.action not in ("adopt", "shops")  # which tell of what waits themselves
        shop = (saved_shop if asks else shop_of)(store, options.data)
        result = ACTIONS[options.action][0](store, shop, options)
    finally:
        store.close()
    if options.json:
        write_json(options.json, result)


def _list(store: Store, shop: str, options: argparse.Namespace) -> Any:
    versions = store.versions(shop)
    in_force = [store.live(shop, surface) for surface in sorted({version.surface for version in versions})]
    for version in {version.name: version for version in versions}.values():  # the newest of each name
        numbers = [str(live.number) for live in in_force if live and live.name == version.name]
        print(summary(version) + (f"   in force: version {', '.join(numbers)}" if numbers else ""))
    if not versions:
        print(f"nothing is saved for the shop {shop_folder(options.data).resolve().name} yet")
    return [record(version) | {"in_force": version in in_force} for version in versions]


def _save(store: Store, shop: str, options: argparse.Namespace) -> Any:
    strategy = read_strategy(options.strategy)
    progress = ProgressLine()
    data = open_data(options, progress)
    progress.close()
    model, cutoff = None, None
    if context_of(data).trained:
        model = options.model or active(shop_folder(options.data))
        cutoff = (read_date(options.until) if options.until else default_cutoff(data)).isoformat()
    return _summary(
        store.save(
            shop, options.name, strategy, Basis(data.hash, model, cutoff),
            author=_author(options), comment=options.comment, expected=options.expected,
        )
    )  # fmt: skip


def _show(store: Store, shop: str, options: argparse.Namespace) -> Any:
    version = store.get(shop, options.name, options.version)
    _summary(version)
    print(json.dumps(version.strategy.model_dump(mode="json"), ensure_ascii=False))
    return record(version)


def _approve(store: Store, shop: str, options: argparse.Namespace) -> Any:
    return _summary(store.approve(shop, **_step(options)))


def _live(store: Store, shop: str, options: argparse.Namespace) -> Any:
    starts, ends = _moment(options.starts), _moment(options.ends)
    return _summary(store.go_live(shop, **_step(options), starts_at=starts, ends_at=ends))


def _retire(store: Store, shop: str, options: argparse.Namespace) -> Any:
    return _summary(store.retire(shop, **_step(options)))


def _revert(store: Store, shop: str, options: argparse.Namespace) -> Any:
    return _summary(store.revert(shop, **_step(options), expected=options.expected))


def _compare(store: Store, shop: str, options: argparse.Namespace) -> Any:
    before = store.get(shop, options.name, options.version)
    after = store.get(shop, options.against_name or options.name, options.against)
    differences = compare(before.strategy, after.strategy)
    print(f"{before} -> {after}" + ("" if differences else ": the same"))
    for difference in differences:
        print(f"{difference.field:<28} {json.dumps(difference.before)} -> {json.dumps(difference.after)}")
    return [asdict(difference) for difference in differences]


def _history(store: Store, shop: str, options: argparse.Namespace) -> Any:
    events = store.history(shop, options.name)
    for event in events:
        print(f"{event.at:%Y-%m-%d %H:%M}  {event.name}, version {event.number}: {status(event)}, {signed(event)}")
    return [record(event) for event in events]


def _adopt(store: Store, shop: str, options: argparse.Namespace) -> Any:
    other = getattr(options, "from") or _waiting(store, options)
    store.adopt(shop, other, author=_author(options))
    print(f"{shop} goes on with what was saved for {other}: {', '.join(store.names(shop)) or 'signatures'}")
    return {"shop": shop, "adopted": other}


def _waiting(store: Store, options: argparse.Namespace) -> str:
    waiting = unadopted(store, options.data)
    if waiting is None:
        fix = "name another shop with --from; `strategies shops` lists them"
        raise refuse("command line", "nothing_waits", "nothing is saved under this folder's name alone", fix)
    return waiting.shop


def _shops(store: Store, shop: str, options: argparse.Namespace) -> Any:
    shops = store.shops()
    for saved in shops:
        marks = ["this shop"] if saved.shop == shop else []
        marks += [f"adopted by {saved.adopted_by}"] if saved.adopted_by else []
        counts = f"{len(saved.names)} strategies, {saved.signatures} signatures"
        print(f"{saved.shop}: {counts}" + "".join(f", {mark}" for mark in marks))
    if all(saved.shop != shop for saved in shops):
        print(f"{shop}: nothing is saved yet, this shop")
    return [{"shop": saved.shop, "names": saved.names, "signatures": saved.signatures, "adopted_by": saved.adopted_by,
             "this": saved.shop == shop} for saved in shops]  # fmt: skip


ACTIONS: dict[str, tuple[Action, tuple[str, ...], str]] = {
    "list": (_list, (), "the strategies of a shop, and which are in force"),
    "save": (_save, ("name", "strategy", *SIGNED, "expected", "model", "until"), "save a strategy as a new version"),
    "show": (_show, ("name", "any-version"), "show one version"),
    "approve": (_approve, ("name", "version", *SIGNED), "approve a draft"),
    "live": (_live, ("name", "version", *SIGNED, "starts", "ends"), "let an approved version make the lists"),
    "retire": (_retire, ("name", "version", *SIGNED), "take a live version away"),
    "revert": (_revert, ("name", "version", *SIGNED, "expected"), "save an old version as a new one"),
    "compare": (_compare, ("name", "version", "against", "against-name"), "what differs between two versions"),
    "history": (_history, ("any-name",), "all that happened, the oldest first"),
    "adopt": (_adopt, ("from", "author"), "go on with what was saved under the folder's name before shops had ids"),
    "shops": (_shops, (), "the shops for which something was saved"),
}


def _step(options: argparse.Namespace) -> dict[str, Any]:
    return {"name": options.name, "number": options.version, "author": _author(options), "comment": options.comment}


def _author(options: argparse.Namespace) -> str:
    try:
        return str(getpass.getuser() if options.author is None else options.author)
    except (KeyError, OSError):
        raise refuse("command line", "no_author", "this computer does not tell who you are", "give --author") from None


def _moment(text: str | None) -> datetime | None:
    return read_date(text).tz_localize("UTC").to_pydatetime() if text else None


def _summary(version: Version) -> Any:
    print(summary(version))
    return record(version)

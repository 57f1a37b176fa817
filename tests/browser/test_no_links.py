"""A shop in which every text looks like a link: no page makes one of it. Ids that look like options open no less."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from engine.data import Dataset
from engine.data.dataset import content_hash
from engine.strategies import Basis, Store, shop_of
from engine.strategy.strategy import DEFAULT, Strategy
from engine.training.registry import activate
from tests.browser.conftest import ROOT, _wait_for, fresh_tab
from tests.browser.driver import Tab
from tests.fixtures.shops import journey
from ui.shell.navigation import SECTIONS
from ui.text.words import table

NAME = "https://evil.example/[shop]@evil.example"
STRATEGY = "https://evil.example/s?a=b"
OTHER = "2:https://evil.example"
PAGES = [name for pages in SECTIONS.values() for name in pages]


def links(column: pd.Series, pattern: str) -> pd.Series:
    """Each distinct value as a text that Markdown would take for a link."""
    numbers = pd.Series(pd.factorize(column)[0], index=column.index)
    return numbers.map(lambda n: None if n < 0 else pattern.format(n=n)).astype("str").where(column.notna())


def evil() -> Dataset:
    """The journey shop with addresses for titles, values, groups and ids; two shoppers are called like our options."""
    data = journey()
    items, users = data.items.copy(), data.users.copy()
    patterns = ("https://t{n}.evil.example/x", "www.c{n}.evil.example", "s{n}@evil.example", "http://b{n}.evil.example")
    texts = [name for name in items.columns if name not in ("item_id", "price", "margin", "stock", "launched_at")]
    for number, name in enumerate(texts):
        items[name] = links(items[name], patterns[number % len(patterns)])
    items["www.facet.evil.example"] = links(data.items["category"], "me{n}@evil.example")
    items["item_id"] = [f"{n}@evil.example" for n in range(len(items))]
    for name in users.columns.drop("user_id"):
        users[name] = links(users[name], "www.{n}.evil.example")
    first = users.columns[1]
    users["group@evil.example"] = users[first]
    users["user_id"] = ["all", "age=www.1.evil.example", *(f"u{n}@evil.example" for n in range(len(users) - 2))]
    promotions = data.promotions
    if promotions is not None:
        ids = dict(zip(data.items["item_id"], items["item_id"], strict=True))
        promotions = promotions.assign(item_id=promotions["item_id"].map(ids))
    tables = {"items": items, "users": users, "interactions": data.interactions, "promotions": promotions}
    return replace(data, name=NAME, items=items, users=users, promotions=promotions, hash=content_hash(tables))


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    import socket

    home = tmp_path_factory.mktemp("evil")
    folder, data = home / "shops" / "evil", evil()
    data.save(folder)
    rule = {"kind": "pin", "item_id": str(data.items["item_id"].iat[5]), "position": 1, "name": "www.rule.evil.example"}
    ruled = Strategy.checked(DEFAULT.model_dump(mode="json") | {"rules": [rule]}, "test")
    store = Store.open(f"sqlite:///{home}/strategies.db")
    for name in (STRATEGY, OTHER):
        more = {"author": "me@evil.example", "comment": "see https://evil.example\n\nor www.evil.example"}
        saved = store.save(shop_of(store, folder), name, ruled, Basis(data.hash), **more)
        store.approve(saved.shop, name, 1, **more)
        store.go_live(saved.shop, name, 1, **more)
    store.close()
    activate(folder, "popularity", "me@evil.example", "https://evil.example")
    activate(folder, "blend", "www.evil.example", "me@evil.example")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(number)]
    environment = os.environ | {"EVENSHELF_HOME": str(home), "EVENSHELF_SHOP": str(folder)}
    environment.pop("DATABASE_URL", None)
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{number}/_stcore/health", server)
            yield number
        finally:
            server.terminate()
            server.wait(60)
    assert "Traceback" not in Path(home / "server.log").read_text()


def foreign(tab: Tab) -> list[str]:
    """Addresses of links, pictures and frames on the page that lead elsewhere."""
    found: list[str] = tab.page.evaluate(
        """() => [...document.querySelectorAll('a[href], area[href], img[src], iframe[src]')]
            .map(each => each.getAttribute('href') || each.src)
            .filter(each => each && !/^(data|blob):/.test(each))
            .filter(each => new URL(each, location).origin !== location.origin)"""
    )
    return found


def test_no_page_makes_a_link_of_data(context, port: int) -> None:  # type: ignore[no-untyped-def]
    """One test, since the shop is prepared for whoever runs a part of it."""
    with fresh_tab(context, f"http://127.0.0.1:{port}") as tab:
        tab.open()
        assert len(tab.cards()) > 3, "ids that look like options do not break the Overview"
        for option in ("all", "%3Dall", "%3Dage%3Dwww.1.evil.example"):
            assert tab.go(f"tune?shopper={option}").items(), option
        assert links_on_pages(tab) == {}
        warnings_make_no_link(tab)


def links_on_pages(tab: Tab) -> dict[str, list[str]]:
    """The foreign addresses on each page, in both languages."""
    found = {}
    for page in PAGES:
        for lang, settings in (
            ("en", f"shopper=all&strategy={STRATEGY}".replace("?a=b", "%3Fa%3Db")),
            ("zh", "lang=zh&shopper=u7%40evil.example"),
        ):
            tab.go(f"{'' if page == 'overview' else page}?{settings}")
            tab.page.get_by_role("heading", name=table()[f"{page}.title"][lang], exact=True).first.wait_for()
            if wrong := foreign(tab.rest()):
                found[f"{page}?{settings}"] = wrong
    return found


def warnings_make_no_link(tab: Tab) -> None:
    """What a link asks for and the shop lacks is named as it is."""
    address = "https%3A%2F%2Fevil.example%2F@evil.example"
    for query in (f"shop={address}", f"shopper={address}", f"find={address}", f"why={address}"):
        tab.go(f"tune?{query}").page.locator("h1").first.wait_for()
        assert foreign(tab) == [], query
    tab.go(f"strategies?strategy={address}")
    tab.page.get_by_role("alert").first.wait_for()
    assert "https://evil.example/@evil.example" in tab.rest().text() and foreign(tab) == []

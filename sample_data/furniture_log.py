"""What the invented shoppers of the synthetic furniture shop did: sessions of searches, views, carts and purchases.

Every shopper has a taste of styles, a price level and rooms that they furnish. In a session they look at some
products of one room, drawn by how well these suit the shopper, how well known they are, and the season; they put a few
into the cart and may buy them. What they bought draws them to other products of the same line.
"""

from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray
START, END = pd.Timestamp("2024-01-08"), pd.Timestamp("2024-10-07")
SESSIONS = 5.0  # a shopper, on average
VIEWS = 6.0  # a session, on average
SEARCHED, SAVED, CARTED, ORDERED, TAKEN, RATED = 0.45, 0.05, 0.3, 0.62, 0.85, 0.16
BY_THE_SET = {"Dining chair": (2, 7), "Bar stool": (1, 4), "Garden chair": (2, 6), "Bowl": (1, 6), "Cushion": (1, 4)}
HOURS = np.array([1, 1, 0, 0, 0, 1, 2, 4, 6, 7, 8, 8, 9, 8, 7, 7, 8, 9, 12, 15, 17, 14, 8, 3]) / 155
COLUMNS = ["customer", "sku", "when", "what", "search_text", "pieces", "amount_eur", "order_no", "stars"]


class Shopper:
    """What a shopper likes: log weight [n_items] of each product before season and purchases."""

    def __init__(self, rng: np.random.Generator, shop: "Shop") -> None:
        taste = rng.dirichlet(np.full(len(shop.styles), 0.22))
        suits = np.log(0.03 + taste)[shop.style]
        price = -0.5 * ((shop.dearness - rng.normal(0, 0.55)) / 0.55) ** 2
        kinds = rng.gamma(0.6, 1.0, shop.n_kinds) + 0.1
        self.likes = shop.known + 1.1 * suits + price + 0.7 * np.log(kinds)[shop.kind]
        self.rooms = rng.dirichlet(np.full(len(shop.rooms), 0.6))


class Shop:
    """The catalogue as numbers: codes and log weights by product."""

    def __init__(self, rng: np.random.Generator, items: pd.DataFrame, kinds: dict[str, Any]) -> None:
        self.sku, self.price = items["sku"].to_numpy(), items["price_eur"].to_numpy()
        self.launched = pd.to_datetime(items["on_sale_since"]).to_numpy()
        self.style, self.styles = pd.factorize(items["style"], sort=True)
        self.kind, names = pd.factorize(items["kind"], sort=True)
        self.n_kinds = len(names)
        self.line = pd.factorize(items["name"].str.split(" ").str[0])[0]
        room, self.rooms = pd.factorize(pd.Series([kinds[name]["room"] for name in names]), sort=True)
        self.room = room[self.kind]
        self.subkind, self.finish = items["subkind"].to_numpy(), items["finish"].to_numpy()
        levels = [kinds[kind]["subkinds"][sub] for kind, sub in zip(items["kind"], self.subkind, strict=True)]
        usual, often = np.array(levels).T
        self.dearness = np.log(self.price / usual)
        renown = rng.normal(0, 0.7, self.line.max() + 1)[self.line] + rng.normal(0, 0.9, len(items))
        self.known = np.log(often) + renown
        months = [[kinds[name].get("months", {}).get(str(m), 1.0) for name in names] for m in range(1, 13)]
        self.season = np.log(np.array(months))  # [12, n_kinds]
        self.quality = rng.normal(4.1, 0.5, len(items))


def acts(rng: np.random.Generator, items: pd.DataFrame, users: pd.DataFrame, kinds: dict[str, Any]) -> pd.DataFrame:
    """The log, sorted by time."""
    shop = Shop(rng, items, kinds)
    rows: list[dict[str, Any]] = []
    for customer in users["customer"]:
        shopper = Shopper(rng, shop)
        lines: Array = np.zeros(len(items))
        count = 1 + rng.poisson((SESSIONS - 1) * rng.gamma(1.2, 1 / 1.2))
        for moment in sorted(_moments(rng, count)):
            bought = _session(rng, shop, shopper, lines, customer, moment, rows)
            lines += 1.6 * np.isin(shop.line, shop.line[bought])
            lines[bought] -= 2.5  # one sofa is enough
    log = pd.DataFrame(rows).reindex(columns=COLUMNS).sort_values("when", kind="stable", ignore_index=True)
    return log.assign(
        when=log["when"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        pieces=log["pieces"].astype("Int64"),
        stars=log["stars"].astype("Int64"),
    )


def _moments(rng: np.random.Generator, count: int) -> list[pd.Timestamp]:
    """When sessions begin: any day, most in the evening."""
    days = rng.integers(0, (END - START).days, count)
    seconds = rng.choice(24, count, p=HOURS) * 3_600 + rng.integers(0, 3_000, count)
    return [START + pd.Timedelta(days=int(d), seconds=int(s)) for d, s in zip(days, seconds, strict=True)]


def _session(
    rng: np.random.Generator, shop: Shop, shopper: Shopper, lines: Array, customer: str, moment: pd.Timestamp,
    rows: list[dict[str, Any]],
) -> Array:  # fmt: skip
    """One visit, appended to `rows`; the products bought."""
    room = rng.choice(len(shop.rooms), p=shopper.rooms)
    pull = shopper.likes + lines + shop.season[moment.month - 1][shop.kind] + np.where(shop.room == room, 0.0, -3.5)
    pull = np.where(shop.launched <= moment.to_datetime64(), pull, -np.inf)
    seen = np.argsort(-(pull + rng.gumbel(size=len(pull))))[: 1 + rng.geometric(1 / VIEWS)]
    now = moment

    def act(what: str, item: int | None = None, **more: Any) -> None:
        nonlocal now
        sku = "" if item is None else shop.sku[item]
        rows.append({"customer": customer, "sku": sku, "when": now, "what": what, **more})
        now += pd.Timedelta(seconds=int(rng.integers(8, 90)))

    if rng.random() < SEARCHED:
        act("site_search", search_text=_query(rng, shop, int(seen[0])))
    for item in seen:
        act("product_view", int(item))
        if rng.random() < SAVED:
            act("save_for_later", int(item))
    cart = seen[rng.random(len(seen)) < CARTED]
    for item in cart:
        act("add_to_cart", int(item))
    if rng.random() >= ORDERED:
        return cart[:0]
    bought: Array = cart[rng.random(len(cart)) < TAKEN]
    order = f"O{len(rows):06d}"
    for item in bought:
        pieces = int(rng.integers(*BY_THE_SET.get(shop.subkind[item], (1, 2))))
        act("purchase", int(item), pieces=pieces, amount_eur=round(pieces * shop.price[item], 2), order_no=order)
    for item in bought[rng.random(len(bought)) < RATED]:
        now = moment + pd.Timedelta(hours=int(rng.integers(72, 400)))
        if now < END:
            stars = int(np.clip(np.round(shop.quality[item] + rng.normal(0, 0.8)), 1, 5))
            act("star_rating", int(item), stars=stars)
    return bought


def _query(rng: np.random.Generator, shop: Shop, item: int) -> str:
    """What a shopper types to find a product: its kind, sometimes with a finish or a style."""
    words = shop.subkind[item].lower()
    extra = rng.random()
    if extra < 0.3:
        return f"{shop.finish[item]} {words}"
    return f"{shop.styles[shop.style[item]].lower()} {words}" if extra < 0.5 else words

"""One made-up season of a shop, which every layout writes: products, and what shoppers bought and looked at."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

START = datetime(2024, 1, 1, 8)
WEEKS, SHOPPERS = 16, 40
NOUNS = {
    "Kitchen": ("Mug", "Bowl"), "Light": ("Lamp", "Lantern"), "Textiles": ("Rug", "Cushion"),
    "Garden": ("Pot", "Spade"),
}  # fmt: skip
MATERIALS = ("Stoneware", "Linen", "Oak", "Glass", "Copper")
COLOURS = ("Blue", "Green", "White", "Black", "Red")
BRANDS = ("Kiln", "Loom", "Forge")


@dataclass(frozen=True)
class Product:
    """number: from 0 on. kind: its subcategory. A product with `variants` is sold in two colours."""

    number: int
    title: str
    category: str
    kind: str
    brand: str
    colour: str
    price: float
    stock: int

    @property
    def variants(self) -> bool:
        return self.number % 4 == 0


@dataclass(frozen=True)
class Line:
    """What a shopper did with a product. event: `buy`, `view`, `cart`, or `other`, which most layouts have no
    meaning for. time: UTC, whole minutes."""

    event: str
    order: int
    shopper: int
    product: Product
    time: datetime
    quantity: int

    @property
    def amount(self) -> float:
        return round(self.quantity * self.product.price, 2)


@dataclass(frozen=True)
class Season:
    products: tuple[Product, ...]
    lines: tuple[Line, ...]

    def of(self, *events: str) -> list[Line]:
        return [line for line in self.lines if line.event in events]

    def purchases(self) -> Counter[tuple[int, int]]:
        """How often each shopper bought each product, by their numbers."""
        return Counter((line.shopper, line.product.number) for line in self.of("buy"))

    @property
    def cutoff(self) -> datetime:
        """Midnight four weeks before the last purchase."""
        last = self.of("buy")[-1].time - timedelta(weeks=4)
        return datetime(last.year, last.month, last.day)


@cache
def season(seed: int = 7) -> Season:
    """The season, sorted by time. A shopper buys a product at most once a day."""
    rng = random.Random(seed)
    products = _products()
    favourites = [_favourites(rng, products, shopper) for shopper in range(SHOPPERS)]
    lines: list[Line] = []
    for week in range(WEEKS):
        for shopper in range(SHOPPERS):
            if rng.random() < 0.7:
                lines += _visit(rng, week, shopper, favourites[shopper])
    lines.sort(key=lambda line: (line.time, line.order))
    orders = {order: 5001 + place for place, order in enumerate(dict.fromkeys(line.order for line in lines))}
    return Season(products, tuple(replace(line, order=orders[line.order]) for line in lines))


def _products() -> tuple[Product, ...]:
    names = [(category, noun) for category, nouns in NOUNS.items() for noun in nouns]
    return tuple(
        Product(
            number, f"{MATERIALS[number // len(names)]} {noun}", category, f"{noun}s", BRANDS[number % 3],
            COLOURS[number % 5], round(3 + 1.37 * number, 2), 5 + number,
        )
        for number, (category, noun) in enumerate(names * len(MATERIALS))
    )  # fmt: skip


def _favourites(rng: random.Random, products: tuple[Product, ...], shopper: int) -> list[Product]:
    """Most of one category, a few of others."""
    own = list(NOUNS)[shopper % len(NOUNS)]
    inside = [product for product in products if product.category == own]
    outside = [product for product in products if product.category != own]
    return rng.sample(inside, 6) + rng.sample(outside, 4)


def _visit(rng: random.Random, week: int, shopper: int, favourites: list[Product]) -> list[Line]:
    """An order of two or three products; each was looked at before, one was put into the cart, one taken out again."""
    day = timedelta(weeks=week, days=rng.randrange(7), minutes=rng.randrange(10 * 60))
    chosen = rng.sample(favourites, rng.choice((3, 4)))
    order = week * SHOPPERS + shopper
    lines = []
    for place, product in enumerate(chosen):
        line = Line("buy", order, shopper, product, START + day, rng.choice((1, 1, 2, 3)))
        lines.append(replace(line, event="view", time=line.time - timedelta(minutes=20 - place)))
        if place == 0:
            lines.append(replace(line, event="cart", time=line.time - timedelta(minutes=5)))
        if place < len(chosen) - 1:
            lines.append(line)
        else:
            lines.append(replace(line, event="other", time=line.time - timedelta(minutes=4)))
    return lines

"""Small order files in the layout of UCI Online Retail, and their verdicts."""

from pathlib import Path

import numpy as np
import pandas as pd

from engine.data import Choices, Verdict, check_shop
from tests.data.files import write

HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
MAPPING = {
    "InvoiceNo": "basket_id", "StockCode": "item_id", "Description": "title", "Quantity": "quantity",
    "InvoiceDate": "timestamp", "UnitPrice": "price", "CustomerID": "user_id",
}  # fmt: skip
LINES = [
    "536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom",
    "536365,71053,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom",
    "536370,POST,POSTAGE,3,2010-12-01 08:45:00,18.00,12583.0,France",
    "536370,85123A,WHITE HANGING HEART,4,2010-12-01 08:45:00,2.75,12583.0,France",
    "536371,85123A,CREAM HANGING HEART,2,2010-12-02 09:00:00,2.55,17850.0,United Kingdom",
    "C536379,85123A,WHITE HANGING HEART,-2,2010-12-03 09:41:00,2.55,17850.0,United Kingdom",
    "C536380,71053,WHITE METAL LANTERN,-1,2010-12-03 10:00:00,3.39,17850.0,United Kingdom",
    "C536381,71053,WHITE METAL LANTERN,-9,2010-12-03 10:00:00,3.39,12583.0,France",
    "536382,71053,?,-20,2010-12-03 11:00:00,0,,United Kingdom",
    "536383,71053,found,5,2010-12-03 11:30:00,0,,United Kingdom",
    "536384,71053,WHITE METAL LANTERN,1,2010-12-04 12:00:00,3.39,,United Kingdom",
    "536384,22633,HAND WARMER UNION JACK,1,2010-12-04 12:00:00,1.85,,United Kingdom",
    "A536385,B,Adjust bad debt,1,2010-12-05 14:50:00,-11062.06,,United Kingdom",
]
LEFT_OUT = {
    "service": 2, "write_off": 1, "free": 1, "return_matched": 2, "return_unmatched": 1, "cancelled": 1,
}  # fmt: skip


def text(lines: list[str] | None = None, separator: str = ",") -> str:
    return "\n".join([HEAD, *(LINES if lines is None else lines), ""]).replace(",", separator)


def checked(folder: Path, content: str | bytes | None = None, name: str = "orders.csv", **choices: object) -> Verdict:
    """The verdict on an order file of this layout; the lines that seem to be no products are left out by default."""
    mapping = {"orders": choices.pop("mapping", MAPPING)}
    path = write(folder, name, text() if content is None else content)
    answers = {"service_lines": "drop", "free_lines": "drop", **choices}
    return check_shop(orders=path, mapping=mapping, choices=Choices(**answers))  # type: ignore[arg-type]


def season(shoppers: int = 150, products: int = 90, days: int = 120, seed: int = 0) -> str:
    """A made-up season of orders in this layout, with postage, returns and baskets without a customer."""
    rng = np.random.default_rng(seed)
    words = [
        f"{colour} {kind}" for colour in ("RED", "BLUE", "WHITE") for kind in ("LANTERN", "CUSHION", "MUG", "TRAY")
    ]
    titles = [f"{words[n % len(words)]} NO {n // len(words)}" for n in range(products)]
    prices = np.round(rng.uniform(1, 20, products), 2)
    lines, order = [], 100_000
    for day in range(days):
        for _ in range(shoppers // 10):
            shopper, order = int(rng.integers(0, shoppers + 30)), order + 1
            who = str(15_000 + shopper) if shopper < shoppers else ""
            when = f"{pd.Timestamp('2011-01-03') + pd.Timedelta(days=day, hours=12):%Y-%m-%d %H:%M:%S}"
            for item in rng.choice(np.arange(shopper % 6, products, 6), 4, replace=False):
                tail = f"{when},{prices[item]},{who},{'France' if shopper % 5 == 0 else 'United Kingdom'}"
                lines.append(f"{order},2{item:04},{titles[item]},{rng.integers(1, 9)},{tail}")
                if who and rng.random() < 0.03:
                    lines.append(f"C{order},2{item:04},{titles[item]},-1,{tail}")
            if shopper % 5 == 0:
                lines.append(f"{order},POST,POSTAGE,1,{when},{rng.integers(5, 40)}.0,{who},France")
    return text(lines)

"""The season as one file of orders, reviews or events, in the layouts of `SINGLE_LAYOUTS`.

Orders hold more than purchases: postage, purchases that came back as a whole, and corrections of stock, none of which
may be seen in the shop; and lines without a customer, which are kept beside the log.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.data.layouts.exports import Export, Row, log_rows, written
from tests.data.layouts.layouts import Layout
from tests.data.layouts.log_rows import epoch, rees46_log
from tests.data.layouts.seasons import Line, Product, Season
from tests.data.layouts.shop_rows import OF_ORDERS, PARIS, chinese_title
from tests.data.workbooks import workbook

RETURNED = timedelta(minutes=2)
GUESTS = 5  # every so many orders have a further line that no customer is known of


def write_single(layout: Layout, export: Export, season: Season, folder: Path) -> dict[str, Path]:
    """Its one file, {table: path}, of the whole season."""
    ((table, example),) = layout.files.items()
    rows = list(single_rows(layout, export, season))
    path = folder / example.name
    if example.suffix == ".jsonl":
        usual = json.loads(example.read_text(encoding="utf-8").partition("\n")[0])
        path.write_text("".join(json.dumps(usual | dict(row)) + "\n" for row in rows), encoding="utf-8")
    else:
        path.write_text(written(example, rows), encoding="utf-8-sig" if layout.folder == "uci_german" else "utf-8")
    return {table: path}


def write_workbook(layout: Layout, export: Export, season: Season, folder: Path) -> dict[str, Path]:
    """The orders of UCI Online Retail as the workbook that they are published in: numbers and dates are such."""
    names = layout.files["orders"].read_text(encoding="utf-8").partition("\n")[0].split(",")
    rows = [[_cell(name, row[name]) for name in names] for row in single_rows(layout, export, season)]
    path = folder / "Online Retail.xlsx"
    path.write_bytes(workbook({"Online Retail": [names, *rows]}))
    return {"orders": path}


def _cell(name: str, value: object) -> str | int | float | datetime | None:
    text = str(value)
    if name == "InvoiceDate":
        return datetime.strptime(text, "%m/%d/%Y %H:%M").replace(tzinfo=None)
    if text.lstrip("-").isdigit():
        return int(text)
    return float(text) if name == "UnitPrice" else text or None


def single_rows(layout: Layout, export: Export, season: Season) -> Iterator[Row]:
    """The rows of its file, in the order of the season."""
    for line, first, row in log_rows(export, season.of(*export.words)):
        yield row
        if first and layout.folder.startswith("uci"):
            yield from _beside(line, export)


def _beside(line: Line, export: Export) -> Iterator[Row]:
    """What an export of orders holds beside purchases, after the first line of an order."""
    assert export.log is not None
    (row,) = export.log(line, export, "")
    if line.shopper % 5 == 0:
        yield {**row, "StockCode": "POST", "Description": "POSTAGE", "Quantity": 1, "UnitPrice": 18}
    if line.order % 11 == 0:
        yield row  # bought twice; the second one comes back
        later = replace(line, time=line.time + RETURNED)
        (back,) = export.log(later, export, "")
        yield {**back, "InvoiceNo": f"C{line.order}", "Quantity": -line.quantity}
    if line.order % 13 == 0:
        number = 80_000 + line.order
        yield {**row, "InvoiceNo": number, "Description": "damaged", "Quantity": -7, "UnitPrice": 0, "CustomerID": ""}
    if line.order % GUESTS == 0:
        yield {**row, "InvoiceNo": 90_000 + line.order, "CustomerID": ""}


def uci_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    time = line.time
    yield {
        "InvoiceNo": 530_000 + line.order, "StockCode": export.id_of(line.product),
        "Description": line.product.title.upper(), "Quantity": line.quantity,
        "InvoiceDate": f"{time.month}/{time.day}/{time.year} {time.hour}:{time:%M}",
        "UnitPrice": f"{line.product.price:g}", "CustomerID": export.name_of(line.shopper),
        "Country": "France" if line.shopper % 5 == 0 else "United Kingdom",
    }  # fmt: skip


def german_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    (row,) = uci_log(line, export, word)
    price = str(row["UnitPrice"]).replace(".", ",")
    yield {**row, "InvoiceDate": f"{line.time:%d.%m.%Y %H:%M}", "UnitPrice": price}


def shopify_orders_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    when = f"{line.time.replace(tzinfo=UTC).astimezone(PARIS):%Y-%m-%d %H:%M:%S %z}"
    yield {
        "Name": f"#{line.order}", "Email": export.name_of(line.shopper), "Paid at": when, "Created at": when,
        "Fulfilled at": when, "Lineitem quantity": line.quantity, "Lineitem name": line.product.title,
        "Lineitem price": f"{line.product.price:.2f}", "Lineitem sku": export.id_of(line.product),
        "Vendor": line.product.brand, "Id": 5_500_000_000_000 + line.order,
    }  # fmt: skip


def woocommerce_orders_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    amount = f"{line.amount:.2f}"
    yield {
        "Order Number": line.order, "Order Date": f"{line.time:%Y-%m-%d %H:%M}",
        "First Name (Billing)": f"Ann{line.shopper}", "Email (Billing)": export.name_of(line.shopper),
        "SKU": export.id_of(line.product), "Name": line.product.title, "Quantity": line.quantity,
        "Quantity (- Refund)": line.quantity, "Item Cost": f"{line.product.price:.2f}", "Order Line Total": amount,
        "Order Line (w/o tax)": amount, "Order Line Total (- Refund)": amount,
    }  # fmt: skip


def chinese_orders_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "订单编号": f"2024{line.order}", "商品编码": export.id_of(line.product),
        "商品名称": chinese_title(line.product), "数量": line.quantity, "单价": f"{line.product.price:.2f}",
        "下单时间": f"{line.time:%Y-%m-%d %H:%M:%S}", "会员号": export.name_of(line.shopper),
    }  # fmt: skip


def amazon_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "customer_id": export.name_of(line.shopper), "review_id": f"R{line.order}X{line.product.number}",
        "product_id": export.id_of(line.product), "product_parent": 122952000 + line.product.number,
        "product_title": line.product.title, "product_category": line.product.category, "star_rating": word,
        "review_date": f"{line.time:%Y-%m-%d}",
    }  # fmt: skip


def amazon_json_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "overall": float(word), "reviewerID": export.name_of(line.shopper), "asin": export.id_of(line.product),
        "reviewTime": f"{line.time:%m %d, %Y}", "unixReviewTime": epoch(line.time), "title": line.product.title,
        "brand": line.product.brand,
    }  # fmt: skip


def capitals(product: Product) -> str:
    return product.title.upper()


def no_items(product: Product, export: Export) -> Iterable[Row]:
    return ()


STARS = {"buy": "5", "view": "2"}  # who only looked at it did not like it
SOLD = ("title", "price", "amount")
SINGLES: Mapping[str, Export] = {
    "uci_retail": Export("2{:04}A", "17{:03}", no_items, uci_log, told=SOLD, title=capitals),
    "uci_german": Export("2{:04}A", "17{:03}", no_items, german_log, told=SOLD, title=capitals),
    "shopify_orders": Export(
        "SKU-{}", "shopper{}@shop.example", no_items, shopify_orders_log, told=SOLD,
        once=("Email", "Created at", *OF_ORDERS),
    ),
    "woocommerce_orders": Export("W{}", "shopper{}@shop.example", no_items, woocommerce_orders_log, told=SOLD),
    "chinese_orders": Export("6{:04}", "会员{}", no_items, chinese_orders_log, told=SOLD, title=chinese_title),
    "amazon_reviews": Export(
        "B00{:07}", "187785{:02}", no_items, amazon_log, STARS, ("title", "category"), daily=True
    ),
    "amazon_json": Export("00000{:05}", "A3TM9{:09}", no_items, amazon_json_log, STARS, ("title",)),
    "rees46_events": Export(
        "44600{:03}", "5413{:05}", no_items, rees46_log,
        {"view": "view", "cart": "cart", "buy": "purchase", "other": "remove_from_cart"}, ("category", "price"),
    ),
}  # fmt: skip

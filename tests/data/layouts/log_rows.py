"""The rows of the season in the layouts of analytics and public logs."""

from collections.abc import Iterable
from datetime import UTC, datetime

from tests.data.layouts.exports import Export, Row
from tests.data.layouts.seasons import NOUNS, Line, Product


def epoch(time: datetime) -> int:
    """Seconds since 1970 of a time in UTC."""
    return int(time.replace(tzinfo=UTC).timestamp())


def number_of(category: str) -> int:
    return list(NOUNS).index(category)


def rees46_product(product: Product, export: Export) -> dict[str, object]:
    return {
        "product_id": export.id_of(product), "category_id": 2053013552326770905 + number_of(product.category),
        "category_code": f"{product.category.lower()}.{product.kind.lower()}", "brand": product.brand.lower(),
        "price": f"{product.price:.2f}",
    }  # fmt: skip


def rees46_items(product: Product, export: Export) -> Iterable[Row]:
    yield rees46_product(product, export)


def rees46_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield rees46_product(line.product, export) | {
        "event_time": f"{line.time:%Y-%m-%d %H:%M:%S} UTC", "event_type": word, "user_id": export.name_of(line.shopper),
        "user_session": f"{line.order:08x}-3ed3-4d3a-8b2f-7c1f1d2e3f40",
    }  # fmt: skip


def retailrocket_items(product: Product, export: Export) -> Iterable[Row]:
    yield {
        "itemid": export.id_of(product), "categoryid": 1173 + number_of(product.category),
        "790": f"n{1000 * product.price:.3f}",
    }  # fmt: skip


def retailrocket_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "timestamp": 1000 * epoch(line.time), "visitorid": export.name_of(line.shopper), "event": word,
        "itemid": export.id_of(line.product), "transactionid": line.order if line.event == "buy" else "",
    }  # fmt: skip


def hm_items(product: Product, export: Export) -> Iterable[Row]:
    article = export.id_of(product)
    yield {
        "article_id": article, "product_code": article[:7], "prod_name": product.title,
        "product_type_name": product.kind, "product_group_name": product.category, "colour_group_name": product.colour,
        "detail_desc": f"{product.title} for a home.",
    }  # fmt: skip


def hm_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "t_dat": f"{line.time:%Y-%m-%d}", "customer_id": export.name_of(line.shopper),
        "article_id": export.id_of(line.product), "price": f"{line.product.price / 590:.16f}",
    }  # fmt: skip


def instacart_items(product: Product, export: Export) -> Iterable[Row]:
    yield {
        "product_id": export.id_of(product), "product_name": product.title, "aisle_id": product.number % 8,
        "department_id": number_of(product.category), "aisle": product.kind.lower(),
        "department": product.category.lower(),
    }  # fmt: skip


def instacart_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "order_id": line.order, "product_id": export.id_of(line.product), "user_id": export.name_of(line.shopper),
        "order_dow": line.time.isoweekday() % 7, "order_hour_of_day": line.time.hour,
        "order_date": f"{line.time:%Y-%m-%d}",
    }  # fmt: skip


def olist_items(product: Product, export: Export) -> Iterable[Row]:
    yield {"product_id": export.id_of(product), "product_category_name": product.category.lower()}


def olist_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "order_id": f"{line.order:032x}", "customer_id": f"9ef4{line.order:028x}",
        "product_id": export.id_of(line.product), "order_purchase_timestamp": f"{line.time:%Y-%m-%d %H:%M:%S}",
        "price": f"{line.product.price:.2f}", "customer_unique_id": export.name_of(line.shopper),
    }  # fmt: skip


def taobao_items(product: Product, export: Export) -> Iterable[Row]:
    yield {"item": export.id_of(product), "category": 2520377 + number_of(product.category)}


def taobao_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "user_id": export.name_of(line.shopper), "item_id": export.id_of(line.product), "event": word,
        "column 3": 2520377 + number_of(line.product.category), "timestamp": epoch(line.time),
    }  # fmt: skip


def ubi_items(product: Product, export: Export) -> Iterable[Row]:
    yield {"object_id": export.id_of(product), "title": product.title, "category": product.category}


def ubi_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "action_name": word, "query_id": f"q{line.order}", "session_id": f"s{line.order}",
        "client_id": export.name_of(line.shopper), "timestamp": f"{line.time:%Y-%m-%dT%H:%M:%S}.000Z",
        "message_type": "INFO" if line.event == "view" else "CONVERSION",
        "user_query": line.product.title.split()[1].lower(),
        "event_attributes.object.object_id": export.id_of(line.product),
        "event_attributes.position.ordinal": line.order % 10 + 1,
    }  # fmt: skip


def ga4_items(product: Product, export: Export) -> Iterable[Row]:
    yield {
        "item_id": export.id_of(product), "item_name": product.title, "item_brand": product.brand,
        "item_category": product.category, "item_category2": product.kind, "price": product.price,
    }  # fmt: skip


def ga4_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    bought = line.event == "buy"
    yield {
        "event_date": f"{line.time:%Y%m%d}", "event_timestamp": 1_000_000 * epoch(line.time) + 766593,
        "event_name": word, "user_pseudo_id": export.name_of(line.shopper), "ga_session_id": 661084800 + line.order,
        "transaction_id": f"T{line.order}" if bought else "", "item_id": export.id_of(line.product),
        "item_name": line.product.title, "quantity": "" if line.event == "view" else line.quantity,
        "item_revenue": line.amount if bought else "",
    }  # fmt: skip


def matomo_items(product: Product, export: Export) -> Iterable[Row]:
    yield {
        "itemSKU": export.id_of(product), "itemName": product.title, "itemCategory": product.category,
        "price": product.price,
    }  # fmt: skip


def matomo_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield next(iter(matomo_items(line.product, export))) | {
        "idVisit": line.order, "visitorId": export.name_of(line.shopper), "serverTimestamp": epoch(line.time),
        "type": word, "orderId": f"O-{line.order}" if line.event == "buy" else "", "quantity": line.quantity,
    }  # fmt: skip


def diginetica_items(product: Product, export: Export) -> Iterable[Row]:
    yield {
        "itemId": export.id_of(product), "categoryId": 16 + number_of(product.category),
        "product.name.tokens": f"{2000 + product.number % 8},{3000 + product.number // 8}",
    }  # fmt: skip


def diginetica_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "sessionId": export.name_of(line.shopper), "userId": "NA", "itemId": export.id_of(line.product),
        "timeframe": 1000 * (line.time.hour * 3600 + line.time.minute * 60), "eventdate": f"{line.time:%Y-%m-%d}",
    }  # fmt: skip


NO_TITLES = ("category",)
LOGS = {
    "rees46": Export(
        "44600{:03}", "5413{:05}", rees46_items, rees46_log,
        {"view": "view", "cart": "cart", "buy": "purchase", "other": "remove_from_cart"}, ("category", "price"),
    ),
    "retailrocket": Export(
        "3559{:02}", "2575{:02}", retailrocket_items, retailrocket_log,
        {"view": "view", "cart": "addtocart", "buy": "transaction"}, NO_TITLES,
    ),
    "hm": Export("01087{:05}", "{:064x}", hm_items, hm_log, told=("title", "category"), daily=True),
    "instacart": Export("{}", "2022{:02}", instacart_items, instacart_log, told=("title", "category"), daily=True),
    "olist": Export("1e9e{:028x}", "7c39{:028x}", olist_items, olist_log, told=NO_TITLES),
    "taobao": Export(
        "22683{:02}", "1{:02}", taobao_items, taobao_log, {"view": "pv", "cart": "cart", "buy": "buy", "other": "fav"},
        NO_TITLES
    ),
    "ubi": Export(
        "isbn-{}", "c{}", ubi_items, ubi_log,
        {"view": "item_click", "cart": "add_to_cart", "buy": "purchase", "other": "product_hover"},
        ("title", "category"),
    ),
    "ga4": Export(
        "91{:02}", "1026454.44271125{:02}", ga4_items, ga4_log,
        {"view": "view_item", "cart": "add_to_cart", "buy": "purchase", "other": "begin_checkout"},
        ("title", "category", "price", "amount"),
    ),
    "matomo": Export(
        "P-{}", "8fd2a1{:02}", matomo_items, matomo_log, {"buy": "ecommerceOrder", "cart": "ecommerceAbandonedCart"},
        ("title", "category", "price", "amount"),
    ),
    "diginetica": Export(
        "317{:02}", "{}", diginetica_items, diginetica_log, told=NO_TITLES, daily=True, choices={"every_line": "click"}
    ),
}  # fmt: skip

"""Suggested mappings: by name in two languages, by values, at most one each way, and none that the values refute."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.reading.columns import EVENTS, SCHEMAS
from engine.data.reading.suggestions import LIKELY, squeezed, suggest, suggest_events, suggest_header, suggest_mapping
from engine.data.reading.synonyms import EVENT_WORDS, NAMES, SHARED


def cells(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype="str")


def chosen(table: str, frame: pd.DataFrame, ids: list[str] | None = None) -> dict[str, str]:
    return {each.theirs: each.ours for each in suggest(table, frame, ids or [])}


def test_a_fashion_shop_in_english() -> None:
    frame = cells(**{
        "productId": ["1", "2"], "Product Name": ["Coat", "Hat"], "Color": ["red", "blue"], "list_price": ["10", "3.5"],
        "Vendor": ["A", "B"], "Season": ["winter", "summer"], "created_at": ["2024-01-01", "2024-02-01"],
    })  # fmt: skip
    assert chosen("items", frame) == {
        "productId": "item_id", "Product Name": "title", "Color": "colour", "list_price": "price",
        "Vendor": "provider", "created_at": "launched_at",
    }  # fmt: skip


def test_a_shop_in_chinese() -> None:
    frame = cells(
        商品编号=["1", "2"], 商品名称=["大衣", "帽子"], 类目=["服装", "配饰"], 价格=["10", "3"], 颜色=["红", "蓝"]
    )
    assert chosen("items", frame) == {
        "商品编号": "item_id", "商品名称": "title", "类目": "category", "价格": "price", "颜色": "colour",
    }  # fmt: skip
    log = cells(用户ID=["a"], 商品编号=["1"], 时间=["2024-01-01"], 行为类型=["购买"])
    assert chosen("interactions", log, ["1", "2"]) == {
        "用户ID": "user_id", "商品编号": "item_id", "时间": "timestamp", "行为类型": "event",
    }  # fmt: skip


def test_values_refute_a_name_and_tell_a_nameless_column() -> None:
    assert "price" not in chosen("items", cells(item_id=["1"], amount=["cheap"])).values()
    log = cells(who=["a", "b"], thing=["x7", "x9"], moment=["2024-01-01", "2024-01-02"])
    assert chosen("interactions", log, ["x7", "x8", "x9"]) == {"thing": "item_id", "moment": "timestamp"}
    assert chosen("interactions", log, ["q"]) == {"moment": "timestamp"}
    both = cells(product_id=["1", "2"], sku=["x7", "x9"])
    assert chosen("interactions", both, ["x7", "x9"])["sku"] == "item_id", "the values decide between two names"


def test_an_export_of_woocommerce() -> None:
    frame = cells(**{
        "ID": ["1", "2", "3"], "Type": ["simple", "variable", "simple"], "SKU": ["a", "", "c"], "Name": ["x", "y", "z"],
        "Short description": ["", "", ""], "Stock": ["5", "", "7"], "Regular price": ["1", "2", "3"],
        "Sale price": ["", "1", ""], "Categories": ["Kitchen > Pans", "Kitchen", "Office"], "Brands": ["A", "A", "B"],
    })  # fmt: skip
    assert chosen("items", frame) == {
        "ID": "item_id", "Name": "title", "Stock": "stock", "Regular price": "price", "Categories": "category",
        "Brands": "brand",
        "SKU": "variants",
    }  # fmt: skip


def test_an_export_of_magento_and_one_of_shopify() -> None:
    magento = cells(
        sku=["a", "b"], product_type=["configurable", "simple"], categories=["Kitchen", "Office"], qty=["1", "2"]
    )
    assert chosen("items", magento) == {"sku": "item_id", "categories": "category", "qty": "stock"}
    shopify = cells(**{
        "Handle": ["pan", "lamp"], "Title": ["Pan", "Lamp"], "Type": ["Pans", "Lamps"], "Vendor": ["A", "B"],
        "Option1 Value": ["red", "Navy"], "Variant Inventory Qty": ["1", "2"], "Variant Price": ["3", "4"],
    })  # fmt: skip
    assert chosen("items", shopify) == {
        "Handle": "item_id", "Title": "title", "Type": "category", "Vendor": "provider", "Option1 Value": "colour",
        "Variant Inventory Qty": "stock", "Variant Price": "price",
    }  # fmt: skip


def test_events_and_values_that_never_come_back_are_no_category() -> None:
    events = cells(
        event_type=["view", "cart", "purchase"], product_id=["1", "2", "3"], category_code=["a.b", "a.c", ""]
    )
    assert chosen("items", events) == {"product_id": "item_id", "category_code": "category"}
    assert chosen("interactions", events)["event_type"] == "event"
    numbers = [str(number) for number in range(40)]
    assert "class" not in chosen("items", cells(item_id=numbers, **{"class": numbers}))
    assert chosen("items", cells(item_id=numbers, **{"class": ["a", "b"] * 20}))["class"] == "category"


def test_an_id_is_filled_in_everywhere() -> None:
    assert chosen("items", cells(id=["1", "", "", ""], sku=["a", "b", "c", "d"])) == {"sku": "item_id"}
    assert chosen("items", cells(id=["1", "1", "1", "1"], sku=["a", "b", "c", "d"])) == {"sku": "item_id"}


def test_shoppers_are_known_and_come_back() -> None:
    log = cells(customer_id=["1", "2", "3"], customer_unique_id=["a", "b", "a"], product_id=["x", "y", "z"])
    assert chosen("interactions", log)["customer_unique_id"] == "user_id", "an id of its own for each order is nobody's"
    log = cells(
        order_id=["1", "1", "2", "3"], customer_id=["1", "1", "2", "3"], customer_unique_id=["a", "a", "b", "a"],
        product_id=["x", "y", "z", "x"],
    )  # fmt: skip
    assert chosen("interactions", log)["customer_unique_id"] == "user_id", "also where an order has several lines"
    log = cells(userId=["NA", "NA", "7"], sessionId=["1", "1", "2"], itemId=["x", "y", "z"])
    assert chosen("interactions", log)["sessionId"] == "user_id"


def test_a_column_that_another_one_displaces_is_left_out() -> None:
    log = cells(user_id=["", "", ""], client_id=["a", "b", "a"], item_id=["x", "y", "x"])
    assert suggest_mapping({"interactions": log}) == {"interactions": {"client_id": "user_id", "user_id": ""}}


def test_a_log_without_a_header_is_told_by_its_values() -> None:
    rows = [
        ("1", "x1", "9", "pv", "1511544070"),
        ("1", "x2", "8", "buy", "1511544071"),
        ("2", "x1", "9", "fav", "1511544072"),
    ]
    log = pd.DataFrame(rows, columns=[f"column {at}" for at in range(1, 6)], dtype="str")
    assert suggest_header(log, ["x1", "x2", "x3"]) == ["user_id", "item_id", "column 3", "event", "timestamp"]


def test_one_word_alone_makes_no_event_column() -> None:
    orders = cells(order_id=["1", "1", "2"], status=["paid", "", "paid"], sku=["a", "b", "c"])
    assert "status" not in chosen("interactions", orders)
    assert suggest_events(["item_click", "product_view", "ecommerceOrder", "item", "product_hover"]) == {
        "item_click": "click", "product_view": "view", "ecommerceOrder": "buy",
    }  # fmt: skip


def test_the_price_of_a_line_comes_before_the_total_of_its_order() -> None:
    orders = cells(**{"Total": ["9", "", "3"], "Lineitem price": ["4", "5", "3"], "Lineitem sku": ["a", "b", "c"]})
    assert chosen("interactions", orders) == {"Lineitem price": "value", "Lineitem sku": "item_id"}


def test_the_price_of_one_piece_is_no_amount_where_pieces_are_counted() -> None:
    orders = cells(**{"Lineitem quantity": ["2", "1"], "Lineitem price": ["4", "5"], "Lineitem sku": ["a", "b"]})
    assert chosen("interactions", orders) == {"Lineitem quantity": "quantity", "Lineitem sku": "item_id"}
    assert chosen("interactions", orders.assign(line_total=["8", "5"]))["line_total"] == "value"
    assert "Total" not in chosen("interactions", orders.assign(Total=["13", ""])), "that of the order"


def test_an_amount_in_the_first_line_of_orders_is_not_that_of_the_line() -> None:
    columns = {"Subtotal": ["9", "", "3"], "Lineitem price": ["4", "5", "3"], "Lineitem sku": ["a", "b", "c"]}
    assert chosen("orders", cells(**columns)) == {"Lineitem price": "price", "Lineitem sku": "item_id"}
    assert chosen("orders", cells(**columns | {"Subtotal": ["4", "5", "3"]}))["Subtotal"] == "value"


def test_a_buyer_is_known_by_the_address_of_the_bill() -> None:
    orders = cells(**{"Email (Billing)": ["a", "a", "b"], "SKU": ["x", "y", "x"], "Order Number": ["1", "1", "2"]})
    assert chosen("orders", orders)["Email (Billing)"] == "user_id"


def test_of_a_nested_field_the_last_name_counts() -> None:
    log = cells(**{"event_attributes.object.object_id": ["a", "b"], "client_id": ["1", "1"]})
    assert chosen("interactions", log) == {"event_attributes.object.object_id": "item_id", "client_id": "user_id"}


def test_our_own_names_come_first() -> None:
    frame = cells(id=["1"], item_id=["2"], name=["a"], title=["b"])
    assert chosen("items", frame) == {"item_id": "item_id", "title": "title"}


def test_events_in_two_languages() -> None:
    seen = ["Purchase", "add_to_cart", "浏览", "收藏", "buy", "View", "refund"]
    assert suggest_events(seen) == {"Purchase": "buy", "add_to_cart": "cart", "浏览": "view", "收藏": "favourite"}


def test_a_mapping_leaves_out_what_is_ours_already() -> None:
    peeked = {"items": cells(sku=["1"], title=["a"]), "users": cells(user_id=["u"]),
              "interactions": cells(user_id=["u"], sku=["1"], timestamp=["2024-01-01"], event=["order"])}  # fmt: skip
    assert suggest_mapping(peeked) == {
        "items": {"sku": "item_id"}, "interactions": {"sku": "item_id"}, "events": {"order": "buy"},
    }  # fmt: skip


NAMES_AT_HAND = sorted({word for table in NAMES.values() for words in table.values() for word in words})


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([*NAMES_AT_HAND, *SHARED["item_id"], "foo"]), min_size=1, max_size=8, unique=True),
       st.sampled_from(sorted(SCHEMAS)), st.sampled_from(["1", "x", "2024-01-01", ""]))  # fmt: skip
def test_each_column_is_suggested_at_most_once_each_way(names: list[str], table: str, value: str) -> None:
    found = suggest(table, pd.DataFrame({name: [value] * 3 for name in names}, dtype="str"), ["1"])
    assert len({each.theirs for each in found}) == len({each.ours for each in found}) == len(found)
    assert all(each.theirs in names and each.ours in SCHEMAS[table] for each in found)
    assert all(LIKELY <= each.confidence <= 1 for each in found)


def test_the_words_name_real_columns_and_no_word_means_two_events() -> None:
    for table, columns in NAMES.items():
        assert set(columns) <= set(SCHEMAS[table])
    assert set(EVENT_WORDS) == set(EVENTS)
    words = [word for event, many in EVENT_WORDS.items() for word in {squeezed(each) for each in (event, *many)}]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("name", "same"), [("Product ID", "product_id"), ("productId", "PRODUCT-ID"), ("価格", "価格")]
)
def test_spelling_does_not_matter(name: str, same: str) -> None:
    assert squeezed(name) == squeezed(same)

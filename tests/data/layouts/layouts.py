"""The layouts whose columns are suggested: small files in `files/`, and what their columns and events mean."""

from dataclasses import dataclass, field
from pathlib import Path

FILES = Path(__file__).parent / "files"


@dataclass(frozen=True)
class Layout:
    """folder: its files, in `files/`, one a table. mapping: {table: {their column: ours}}, and their events, as it
    should be suggested. header: the names to give to a log without a header. choices: answers that the check needs, as
    `Choices` takes them. left_out: events that a user has to decide on, all left out here."""

    folder: str
    mapping: dict[str, dict[str, str]]
    header: tuple[str, ...] = ()
    choices: dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def files(self) -> dict[str, Path]:
        """Its files by table."""
        return {path.stem: path for path in sorted((FILES / self.folder).iterdir())}


LAYOUTS = (
    Layout(
        "shopify",
        {
            "items": {
                "Handle": "item_id", "Title": "title", "Body (HTML)": "description", "Vendor": "provider",
                "Product Category": "category", "Type": "subcategory", "Option1 Value": "colour",
                "Variant SKU": "variants", "Variant Inventory Qty": "stock", "Variant Price": "price",
                "Image Src": "image_url",
            },
            "interactions": {
                "Email": "user_id", "Lineitem sku": "item_id", "Created at": "timestamp",
                "Lineitem quantity": "quantity",
            },
        },
        choices={"repeated_ids": "merge", "every_line": "buy"},
    ),
    Layout(
        "woocommerce",
        {
            "items": {
                "ID": "item_id", "SKU": "variants", "Name": "title", "Description": "description",
                "Categories": "category", "Stock": "stock", "Regular price": "price", "Images": "image_url",
                "Parent": "parent_id", "Brands": "brand",
            },
            "interactions": {
                "customer_id": "user_id", "product_id": "item_id", "date_created": "timestamp", "line_total": "value",
                "order_id": "basket_id",
            },
        },
        choices={"variants": "merge", "every_line": "buy"},
    ),
    Layout(
        "magento",
        {
            "items": {
                "sku": "item_id", "categories": "category", "name": "title", "base_image": "image_url",
                "created_at": "launched_at", "qty": "stock",
            },
        },
        choices={"paths": "split"},
    ),
    Layout(
        "google_merchant",
        {
            "items": {
                "id": "item_id", "image_link": "image_url", "google_product_category": "category",
                "product_type": "subcategory", "item_group_id": "parent_id", "color": "colour",
            },
        },
        choices={"variants": "merge"},
    ),
    Layout(
        "chinese_shop",
        {
            "items": {
                "商品ID": "item_id", "商品标题": "title", "一级类目": "category", "二级类目": "subcategory",
                "品牌": "brand", "店铺名称": "provider", "颜色分类": "colour", "销售价": "price", "库存数量": "stock",
                "主图链接": "image_url", "上架时间": "launched_at",
            },
            "interactions": {
                "订单编号": "basket_id", "买家会员名": "user_id", "商品ID": "item_id", "购买数量": "quantity",
                "实付金额": "value", "订单创建时间": "timestamp", "行为类型": "event",
            },
            "events": {
                "购买": "buy", "加购": "cart",
            },
        },
    ),
    Layout(
        "rees46",
        {
            "items": {
                "product_id": "item_id", "category_code": "category",
            },
            "interactions": {
                "event_time": "timestamp", "event_type": "event", "product_id": "item_id", "price": "value",
            },
            "events": {
                "purchase": "buy",
            },
        },
        choices={"paths": "split"},
        left_out=("remove_from_cart",),
    ),
    Layout(
        "retailrocket",
        {
            "items": {
                "itemid": "item_id", "categoryid": "category",
            },
            "interactions": {
                "visitorid": "user_id", "itemid": "item_id", "transactionid": "basket_id",
            },
            "events": {
                "addtocart": "cart", "transaction": "buy",
            },
        },
    ),
    Layout(
        "hm",
        {
            "items": {
                "article_id": "item_id", "prod_name": "title", "product_group_name": "category",
                "product_type_name": "subcategory", "colour_group_name": "colour", "detail_desc": "description",
            },
            "interactions": {
                "t_dat": "timestamp", "customer_id": "user_id", "article_id": "item_id", "price": "value",
            },
            "users": {
                "customer_id": "user_id",
            },
        },
    ),
    Layout(
        "instacart",
        {
            "items": {
                "product_id": "item_id", "product_name": "title", "department": "category", "aisle": "subcategory",
            },
            "interactions": {
                "order_id": "basket_id", "product_id": "item_id", "order_date": "timestamp",
            },
        },
        choices={"every_line": "buy"},
    ),
    Layout(
        "olist",
        {
            "items": {
                "product_id": "item_id", "product_category_name": "category",
            },
            "interactions": {
                "order_id": "basket_id", "customer_unique_id": "user_id", "order_purchase_timestamp": "timestamp",
                "product_id": "item_id", "price": "value",
            },
        },
        choices={"every_line": "buy"},
    ),
    Layout(
        "taobao",
        {
            "items": {
                "item": "item_id",
            },
            "events": {
                "pv": "view", "fav": "favourite",
            },
        },
        header=("user_id", "item_id", "column 3", "event", "timestamp"),
    ),
    Layout(
        "ubi",
        {
            "items": {
                "object_id": "item_id",
            },
            "interactions": {
                "action_name": "event", "client_id": "user_id", "user_query": "query",
                "event_attributes.object.object_id": "item_id",
            },
            "events": {
                "item_click": "click", "add_to_cart": "cart", "purchase": "buy",
            },
        },
        left_out=("product_hover",),
    ),
    Layout(
        "ga4",
        {
            "items": {
                "item_name": "title", "item_brand": "brand", "item_category": "category",
                "item_category2": "subcategory",
            },
            "interactions": {
                "event_timestamp": "timestamp", "event_name": "event", "user_pseudo_id": "user_id", "user_id": "",
                "transaction_id": "basket_id", "item_revenue": "value",
            },
            "events": {
                "view_item": "view", "add_to_cart": "cart", "purchase": "buy",
            },
        },
        left_out=("begin_checkout",),
    ),
    Layout(
        "matomo",
        {
            "items": {
                "itemSKU": "item_id", "itemName": "title", "itemCategory": "category",
            },
            "interactions": {
                "visitorId": "user_id", "serverTimestamp": "timestamp", "type": "event", "orderId": "basket_id",
                "itemSKU": "item_id",
            },
            "events": {
                "ecommerceOrder": "buy", "ecommerceAbandonedCart": "cart",
            },
        },
    ),
    Layout(
        "diginetica",
        {
            "items": {
                "itemId": "item_id", "categoryId": "category",
            },
            "interactions": {
                "sessionId": "user_id", "itemId": "item_id", "eventdate": "timestamp",
            },
        },
        choices={"every_line": "view"},
    ),
)  # fmt: skip

"""The layouts of which one file is a whole shop: small files in `files/`, and what their columns and events mean."""

from tests.data.layouts.layouts import Layout

RETAIL = {
    "InvoiceNo": "basket_id", "StockCode": "item_id", "Description": "title", "Quantity": "quantity",
    "InvoiceDate": "timestamp", "UnitPrice": "price", "CustomerID": "user_id",
}  # fmt: skip

SINGLE_LAYOUTS = (
    Layout("uci_retail", {"orders": RETAIL}, choices={"service_lines": "drop", "free_lines": "drop"}),
    Layout("uci_german", {"orders": RETAIL}, choices={"service_lines": "drop", "free_lines": "drop"}),
    Layout(
        "shopify_orders",
        {
            "orders": {
                "Name": "basket_id", "Email": "user_id", "Financial Status": "event", "Created at": "timestamp",
                "Lineitem quantity": "quantity", "Lineitem name": "title", "Lineitem price": "price",
                "Lineitem sku": "item_id", "Vendor": "provider",
            },
            "events": {
                "paid": "buy",
            },
        },
    ),
    Layout(
        "woocommerce_orders",
        {
            "orders": {
                "Order Number": "basket_id", "Order Status": "event", "Order Date": "timestamp",
                "Email (Billing)": "user_id", "SKU": "item_id", "Name": "title", "Quantity": "quantity",
                "Item Cost": "price", "Order Line Total": "value",
            },
            "events": {
                "Completed": "buy",
            },
        },
    ),
    Layout(
        "chinese_orders",
        {
            "orders": {
                "订单编号": "basket_id", "商品编码": "item_id", "商品名称": "title", "数量": "quantity",
                "单价": "price", "下单时间": "timestamp", "会员号": "user_id",
            },
        },
    ),
    Layout(
        "amazon_reviews",
        {
            "reviews": {
                "customer_id": "user_id", "product_id": "item_id", "product_title": "title",
                "product_category": "category", "star_rating": "rating", "review_date": "timestamp",
            },
        },
    ),
    Layout(
        "amazon_json",
        {
            "reviews": {
                "overall": "rating", "reviewerID": "user_id", "asin": "item_id", "unixReviewTime": "timestamp",
            },
        },
    ),
    Layout(
        "rees46_events",
        {
            "activity": {
                "event_time": "timestamp", "event_type": "event", "product_id": "item_id", "category_code": "category",
            },
            "events": {
                "purchase": "buy",
            },
        },
        choices={"paths": "split"},
        left_out=("remove_from_cart",),
    ),
)  # fmt: skip

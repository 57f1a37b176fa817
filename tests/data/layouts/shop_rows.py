"""The rows of the season in the layouts of shop systems."""

from collections.abc import Iterable
from datetime import UTC, timedelta, timezone

from tests.data.layouts.exports import Export, Row
from tests.data.layouts.seasons import Line, Product

PARIS = timezone(timedelta(hours=1))
CHINESE = {
    "Stoneware": "粗陶", "Linen": "亚麻", "Oak": "橡木", "Glass": "玻璃", "Copper": "黄铜", "Mug": "杯", "Bowl": "碗",
    "Lamp": "灯", "Lantern": "灯笼", "Rug": "地毯", "Cushion": "靠垫", "Pot": "花盆", "Spade": "铲", "Kitchen": "厨房",
    "Light": "照明", "Textiles": "家纺", "Garden": "园艺", "Blue": "蓝色", "Green": "绿色", "White": "白色",
    "Black": "黑色", "Red": "红色",
}  # fmt: skip


def shopify_items(product: Product, export: Export) -> Iterable[Row]:
    handle, sku = export.id_of(product), f"SKU-{product.number}"
    yield {
        "Handle": handle, "Title": product.title, "Body (HTML)": f"<p>{product.title}&nbsp;for a <b>home</b></p>",
        "Vendor": product.brand, "Product Category": f"Home & Garden > {product.category}", "Type": product.kind,
        "Option1 Value": product.colour, "Variant SKU": f"{sku}-A", "Variant Inventory Qty": product.stock,
        "Variant Price": f"{product.price:.2f}", "Image Src": f"https://shop.example/{handle}.jpg",
    }  # fmt: skip
    if product.variants:
        blank = dict.fromkeys(("Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published",
                               "Option1 Name", "Image Src", "Image Position", "Gift Card", "Status"), "")  # fmt: skip
        yield blank | {
            "Handle": handle, "Option1 Value": "Grey", "Variant SKU": f"{sku}-B", "Variant Inventory Qty": 1,
            "Variant Price": f"{product.price + 2:.2f}",
        }  # fmt: skip


def shopify_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    variant = "B" if line.product.variants and line.order % 2 else "A"
    when = f"{line.time.replace(tzinfo=UTC).astimezone(PARIS):%Y-%m-%d %H:%M:%S %z}"
    yield {
        "Name": f"#{line.order}", "Email": export.name_of(line.shopper), "Created at": when, "Paid at": when,
        "Lineitem quantity": line.quantity, "Lineitem name": f"{line.product.title} - {line.product.colour}",
        "Lineitem price": f"{line.product.price:.2f}", "Lineitem sku": f"SKU-{line.product.number}-{variant}",
    }  # fmt: skip


def woocommerce_items(product: Product, export: Export) -> Iterable[Row]:
    number, price = int(export.id_of(product)), f"{product.price:.2f}"
    row = {
        "ID": number, "SKU": f"W{number}", "Name": product.title, "Description": f"<p>{product.title}</p>",
        "Categories": f"{product.category} > {product.kind}", "Images": f"https://shop.example/{number}.jpg",
        "Brands": product.brand,
    }  # fmt: skip
    if not product.variants:
        yield row | {"Type": "simple", "Stock": product.stock, "Regular price": price}
        return
    yield row
    for place, size in enumerate("SM", 1):
        yield dict.fromkeys(("Description", "Short description", "Categories", "Images", "Brands"), "") | {
            "ID": number + place, "Type": "variation", "SKU": f"W{number}-{size}", "Name": f"{product.title} - {size}",
            "Stock": place, "Regular price": price, "Parent": f"id:{number}",
        }  # fmt: skip


def woocommerce_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    yield {
        "order_id": line.order, "order_number": line.order, "date_created": f"{line.time:%Y-%m-%d %H:%M:%S}",
        "customer_id": export.name_of(line.shopper), "billing_email": f"{line.shopper}@shop.example",
        "product_id": export.id_of(line.product), "variation_id": 0, "sku": f"W{export.id_of(line.product)}",
        "quantity": line.quantity, "line_total": f"{line.amount:.2f}",
    }  # fmt: skip


def magento_items(product: Product, export: Export) -> Iterable[Row]:
    path = f"Default Category/{product.category}"
    yield {
        "sku": export.id_of(product), "name": product.title, "categories": f"{path},{path}/{product.kind}",
        "description": f"<p>{product.title}</p>", "price": f"{product.price:.2f}", "url_key": f"p{product.number}",
        "base_image": f"/m/b/{product.number}.jpg", "created_at": f"1/{product.number % 28 + 1}/24, 9:00 AM",
        "qty": product.stock,
    }  # fmt: skip


def google_items(product: Product, export: Export) -> Iterable[Row]:
    group = export.id_of(product)
    row = {
        "title": product.title, "description": product.title, "price": f"{product.price:.2f} EUR",
        "google_product_category": f"Home & Garden > {product.category} > {product.kind}", "brand": product.brand,
        "product_type": product.kind, "color": product.colour.lower(), "item_group_id": "", "gtin": "",
    }  # fmt: skip
    if not product.variants:
        yield row | {"id": group}
        return
    for size in "SM":
        yield row | {"id": f"{group}-{size}", "item_group_id": group, "size": size}


def chinese_title(product: Product) -> str:
    return "".join(CHINESE[word] for word in product.title.split())


def chinese_items(product: Product, export: Export) -> Iterable[Row]:
    yield {
        "商品ID": export.id_of(product), "商品标题": chinese_title(product), "一级类目": CHINESE[product.category],
        "二级类目": chinese_title(product)[2:], "品牌": product.brand, "店铺名称": f"{product.brand}旗舰店",
        "颜色分类": CHINESE[product.colour], "销售价": f"{product.price:.2f}", "库存数量": product.stock,
        "主图链接": f"https://shop.example/{product.number}.jpg",
        "上架时间": f"2023-12-{product.number % 28 + 1:02} 10:00:00",
    }  # fmt: skip


def chinese_log(line: Line, export: Export, word: str) -> Iterable[Row]:
    bought = line.event == "buy"
    yield {
        "订单编号": line.order if bought else "", "买家会员名": export.name_of(line.shopper),
        "商品ID": export.id_of(line.product), "宝贝标题": chinese_title(line.product),
        "购买数量": line.quantity if bought else "", "实付金额": f"{line.amount:.2f}" if bought else "",
        "订单创建时间": f"{line.time:%Y-%m-%d %H:%M:%S}", "行为类型": word,
    }  # fmt: skip


OF_ORDERS = (
    "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing", "Currency", "Subtotal",
    "Shipping", "Taxes", "Total", "Discount Amount", "Shipping Method", "Billing Name", "Billing City",
    "Billing Country", "Shipping Name", "Shipping City", "Shipping Country", "Payment Method", "Refunded Amount",
    "Outstanding Balance", "Id", "Risk Level", "Source",
)  # fmt: skip
TOLD = ("title", "category", "price", "amount")
SHOPS = {
    "shopify": Export("product-{}", "shopper{}@shop.example", shopify_items, shopify_log, told=TOLD, once=OF_ORDERS),
    "woocommerce": Export("1{:03}0", "{}", woocommerce_items, woocommerce_log, told=TOLD),
    "magento": Export("24-{:03}", "", magento_items),
    "google_merchant": Export("G{}", "", google_items),
    "chinese_shop": Export(
        "6{:04}", "会员{}", chinese_items, chinese_log, {"buy": "购买", "cart": "加购"}, TOLD, title=chinese_title
    ),
}

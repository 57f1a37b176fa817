"""The words by which shops name our columns and events, in English and Chinese; the likeliest word first."""

SHARED = {
    "item_id": (
        "sku", "product_id", "item", "itemno", "item number", "article_id", "article number", "goods_id", "asin", "ean",
        "gtin", "upc", "barcode", "variant_id", "stock code", "product code", "product number", "product", "pid", "iid",
        "object_id", "item_sku", "product_sku",
        "商品编号", "商品ID", "商品编码", "商品代码", "产品编号", "产品ID", "货号", "条码", "SKU编号", "宝贝ID",
    ),
    "user_id": (
        "customer_id", "client_id", "visitor_id", "shopper_id", "member_id", "household_id", "buyer_id", "account_id",
        "person_id", "uid", "customer", "user", "customer number", "customer no", "customer_unique_id",
        "user_pseudo_id", "session_id", "cookie_id", "email", "billing_email", "email (billing)",
        "用户ID", "用户编号", "顾客编号", "顾客ID", "客户编号", "客户ID", "会员编号", "会员ID", "买家ID",
        "买家会员名", "买家昵称",
    ),
}  # fmt: skip

NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "items": {
        "item_id": ("id", "code", "handle", "编号"),
        "title": ("name", "product_name", "post_title", "item_name", "product title", "label", "display_name",
                  "title_en",
                  "商品名称", "商品名", "名称", "标题", "品名", "产品名称", "商品标题", "宝贝标题"),
        "description": ("desc", "details", "body", "summary", "text", "long_description", "body_html",
                        "short_description", "detail_desc",
                        "about",
                        "商品描述", "描述", "详情", "简介", "说明"),
        "category": ("product_category", "category_name", "categories", "product_categories", "category_path",
                     "category_code",
                     "cat", "department", "main_category", "category_1", "google_product_category",
                     "google_shopping_google_product_category", "product_type", "type", "class", "group", "group_name",
                     "collection", "item_category", "category_id",
                     "类别", "类目", "品类", "分类", "商品类别", "一级类目"),
        "subcategory": ("sub_category", "subcat", "sub_type", "subtype", "category_2", "subclass", "product_subtype",
                        "子类别", "子类目", "二级类目", "小类", "细分类目", "type_name", "item_category2", "aisle",
                        "product_type", "type"),
        "brand": ("brands", "brand_name", "item_brand", "label_name", "make", "marque", "品牌", "品牌名称", "牌子"),
        "provider": ("manufacturer", "maker", "supplier", "vendor", "seller", "merchant", "manufacturer_id",
                     "seller_id", "vendor_id", "producer", "厂商", "供应商", "卖家", "商家", "制造商", "生产商",
                     "店铺", "店铺名称"),
        "colour": ("color", "colour_name", "color_name", "couleur", "colour_group_name", "颜色", "色彩", "颜色分类"),
        "price": ("regular_price", "list_price", "unit_price", "base_price", "retail_price", "sale_price", "amount",
                  "price_usd",
                  "price_eur", "msrp", "价格", "售价", "单价", "零售价", "商品价格", "销售价"),
        "margin": ("profit", "gross_margin", "profit_margin", "毛利", "利润", "毛利率"),
        "stock": ("inventory", "inventory_qty", "inventory_quantity", "stock_level", "quantity_in_stock", "on_hand",
                  "stock_quantity", "qty", "quantity", "库存", "库存量", "库存数量"),
        "image_url": ("image", "images", "image_src", "base_image", "main_image", "img", "picture", "photo",
                      "image_link", "img_url", "thumbnail", "图片", "图片链接", "主图", "主图链接"),
        "launched_at": ("launch_date", "created_at", "created", "release_date", "published_at", "date_added",
                        "available_from", "上架时间", "上架日期", "上市时间"),
        "variants": ("variant_sku", "variant_id", "variation_id", "variant", "sku", "规格编号", "规格ID", "SKU编号"),
        "parent_id": ("parent", "parent_sku", "parent_product", "parent_asin", "item_group_id", "post_parent",
                      "父商品", "父商品编号", "父商品ID"),
    },
    "interactions": {
        "timestamp": ("time", "date", "datetime", "created_at", "event_time", "order_date", "purchase_date", "ts",
                      "purchased_at", "occurred_at", "transaction_date", "invoice date", "day", "when",
                      "purchase_timestamp", "server_timestamp", "server_time", "t_dat",
                      "时间", "日期", "时间戳", "下单时间", "购买时间", "交易时间", "创建时间", "订单创建时间"),
        "event": ("event_type", "action", "behavior", "behaviour", "behavior_type", "event_name", "type", "activity",
                  "interaction", "interaction_type", "action_name",
                  "行为", "行为类型", "事件", "事件类型", "动作", "操作"),
        "query": ("search_query", "search_term", "keyword", "keywords", "search", "搜索词", "查询词", "关键词"),
        "quantity": ("qty", "count", "units", "amount_of_items", "number", "数量", "件数", "购买数量"),
        "value": ("amount", "sales_value", "price", "revenue", "total", "sales", "paid", "line_total", "net",
                  "金额", "销售额", "总价", "支付金额", "实付金额"),
        "basket_id": ("order_id", "transaction_id", "invoice", "invoice_no", "receipt_id", "cart_id", "order_number",
                      "订单编号", "订单号", "订单ID", "交易编号"),
        "rating": ("stars", "score", "review_score", "grade", "评分", "星级", "打分"),
    },
    "users": {"user_id": ("id", "编号")},
    "promotions": {
        "promotion_id": ("promo_id", "coupon_id", "coupon", "campaign_id", "deal_id", "offer_id", "coupon_upc", "id",
                         "促销编号", "活动编号", "优惠券编号", "优惠券ID"),
        "kind": ("type", "promotion_type", "promo_type", "促销类型", "活动类型", "类型"),
        "starts_at": ("start_date", "start", "valid_from", "from", "begins_at", "开始时间", "开始日期"),
        "ends_at": ("end_date", "end", "valid_to", "valid_until", "until", "to", "结束时间", "结束日期"),
    },
}  # fmt: skip

_PRODUCT = {
    name: NAMES["items"][name] for name in ("category", "subcategory", "brand", "provider", "colour", "image_url")
}
_TITLE = NAMES["items"]["title"]
_PRICE = NAMES["items"]["price"]
_DONE = NAMES["interactions"]
# files of which one is a whole shop: a line names the product, and the shopper, beside what happened
NAMES |= {
    "orders": {
        **_PRODUCT,
        "item_id": ("lineitem sku", "item sku", "product sku", "item code", "商品货号"),
        "title": ("product name", "lineitem name", "item name", "description", "product description",
                  "item description", "商品名称", "商品标题", "宝贝标题", "货品名称", *_TITLE),
        "user_id": ("customer email", "billing email", "email (billing)", "email", "buyer username", "buyer email",
                    "customer name", "会员号", "会员名", "买家会员名", "买家昵称", "买家", "客户", "手机号"),
        "timestamp": ("invoice date", "order date", "created at", "order created", "date created", "paid at",
                      "sale date", "付款时间", "订单创建时间", "支付时间", "订单付款时间", *_DONE["timestamp"]),
        "basket_id": ("invoice no", "invoice number", "order no", "order name", "sales order", "receipt no", "单号",
                      "单据编号", "小票号", *_DONE["basket_id"], "name"),
        "event": ("financial status", "order status", "payment status", "status", "订单状态", "交易状态", "状态"),
        "quantity": ("lineitem quantity", "item quantity", "quantity ordered", "购买数量", "商品数量",
                     *_DONE["quantity"]),
        "price": ("unit price", "lineitem price", "item price", "item cost", "price each", "成交单价", "商品单价",
                  *(word for word in _PRICE if word != "amount")),
        "value": ("line total", "order line total", "item total", "line amount", "subtotal", "小计", "实付金额",
                  *(word for word in _DONE["value"] if word != "price")),
    },
    "reviews": {
        **_PRODUCT,
        "title": ("product title", "product name", "item name", "商品名称", "商品标题"),
        "user_id": ("reviewer_id", "reviewer", "author_id", "author", "profile name", "评论者", "评价人"),
        "timestamp": ("review date", "unix_review_time", "review time", "评论时间", "评价时间", *_DONE["timestamp"]),
        "rating": ("overall", "star_rating", "review rating", *_DONE["rating"]),
        "price": _PRICE,
    },
    "activity": {**_PRODUCT, **_DONE, "title": _TITLE, "price": _PRICE, "basket_id": _DONE["basket_id"]},
}  # fmt: skip

# what shop systems call the form that a product is sold in: no category
PRODUCT_FORMS = frozenset((
    "simple", "variable", "variation", "configurable", "grouped", "bundle", "virtual", "downloadable", "external",
    "subscription", "giftcard", "physical", "digital", "product", "parent", "child",
))  # fmt: skip

COLOURS = frozenset((
    "red", "blue", "green", "black", "white", "grey", "gray", "yellow", "orange", "pink", "purple", "brown", "beige",
    "navy", "gold", "silver", "cream", "ivory", "khaki", "turquoise", "violet", "teal", "burgundy", "olive",
    "红", "蓝", "绿", "黑", "白", "灰", "黄", "橙", "粉", "紫", "棕", "米", "金", "银",
    "红色", "蓝色", "绿色", "黑色", "白色", "灰色", "黄色", "橙色", "粉色", "紫色", "棕色", "米色", "金色", "银色",
))  # fmt: skip

EVENT_WORDS = {
    "search": ("query", "searched", "site_search", "搜索", "查询"),
    "view": ("pageview", "page_view", "viewed_product", "product_view", "view_item", "viewed", "detail", "impression",
             "pv", "browse", "detail_page_view", "浏览", "查看", "曝光", "访问"),
    "click": ("clicked", "product_click", "select_item", "select_content", "clk", "点击"),
    "favourite": ("favorite", "fav", "like", "liked", "wishlist", "add_to_wishlist", "save", "bookmark", "collect",
                  "收藏", "喜欢", "加入收藏"),
    "share": ("shared", "forward", "分享", "转发"),
    "cart": ("add_to_cart", "addtocart", "add_cart", "basket", "add_to_basket", "added_to_cart", "atc",
             "abandoned_cart", "加购", "加入购物车", "购物车"),
    "buy": ("purchase", "purchased", "order", "ordered", "transaction", "bought", "sale", "checkout", "paid", "payment",
            "conversion", "completed", "wc-completed", "交易成功", "已完成", "购买", "下单", "支付", "成交", "买"),
    "rate": ("rating", "review", "reviewed", "rated", "评分", "评价", "评论", "打分"),
}  # fmt: skip

# what exports write for an unknown value
UNKNOWN = frozenset((
    "na", "n/a", "#n/a", "<na>", "nan", "-nan", "#nan", "nat", "null", "(null)", "<null>", "none", "nil", "undefined",
    "\\n", "-", "--", "default title",
))  # fmt: skip

"""What shop systems export: their column names as they write them, with few rows."""

from tests.data.layouts import Layout

SHOPIFY = Layout(
    "Shopify",
    {
        "items": (
            "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,"
            "Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,"
            "Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,"
            "Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,"
            "SEO Title,SEO Description,Variant Image,Variant Weight Unit,Cost per item,Status\n"
            "mug,Stoneware mug,<p>Holds 30&nbsp;cl</p>,Kiln,Home & Garden > Kitchen,Mugs,tea,true,Colour,Blue,,,MUG-B,400,"
            "shopify,3,deny,manual,14.00,,true,true,,https://shop.example/b.jpg,1,,false,,,,g,,active\n"
            "mug,,,,,,,,,Grey,,,MUG-G,400,shopify,-2,deny,manual,12.50,,true,true,,,,,,,,,g,,\n"
            "apron,Linen apron,<p>One size</p>,Loom,Apparel > Aprons,Aprons,,true,Colour,White,,,APRON,200,shopify,8,deny,"
            "manual,29.00,35.00,true,true,,https://shop.example/a.jpg,1,,false,,,,g,,active\n"
            "bowl,Bowl,<p>Oak</p>,Kiln,Home & Garden > Kitchen,Bowls,,true,Colour,Brown,,,BOWL,300,shopify,5,deny,manual,"
            "19.00,,true,true,,https://shop.example/c.jpg,1,,false,,,,g,,active\n"
        ),
        "interactions": (
            "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,"
            "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem requires shipping,Id\n"
            "#1001,ann@shop.example,paid,2024-03-01 10:00:00 +0100,fulfilled,EUR,26.50,4,5,35.50,,"
            "2024-03-01 09:58:00 +0100,1,Stoneware mug - Blue,14.00,MUG-B,true,551\n"
            "#1001,ann@shop.example,,,,,,,,,,2024-03-01 09:58:00 +0100,1,Stoneware mug - Grey,12.50,MUG-G,true,\n"
            "#1002,bob@shop.example,paid,2024-03-02 11:00:00 +0100,fulfilled,EUR,29,4,5,38,,2024-03-02 10:58:00 +0100,1,"
            "Linen apron,29.00,APRON,true,552\n"
        ),
    },
    {
        "items": {
            "Handle": "item_id", "Title": "title", "Body (HTML)": "description", "Vendor": "provider",
            "Product Category": "category", "Type": "subcategory", "Option1 Value": "colour", "Variant SKU": "variants",
            "Variant Inventory Qty": "stock", "Variant Price": "price", "Image Src": "image_url",
        },
        "interactions": {
            "Email": "user_id", "Lineitem sku": "item_id", "Created at": "timestamp", "Lineitem quantity": "quantity",
            "Lineitem price": "value",
        },
    },
    choices={"repeated_ids": "merge", "every_line": "buy"},
)  # fmt: skip

WOOCOMMERCE = Layout(
    "WooCommerce",
    {
        "items": (
            'ID,Type,SKU,Name,Published,"Is featured?","Visibility in catalog","Short description",Description,'
            '"Date sale price starts","Date sale price ends","Tax status","Tax class","In stock?",Stock,'
            '"Low stock amount","Backorders allowed?","Sold individually?","Weight (kg)","Sale price","Regular price",'
            'Categories,Tags,"Shipping class",Images,"Download limit","Download expiry days",Parent,"Grouped products",'
            "Upsells,Cross-sells,Position,Brands\n"
            '10,variable,HOOD,Hoodie,1,0,visible,Warm,"<p>Soft</p>",,,taxable,,1,,,0,0,0.5,,,"Clothing > Hoodies",,,'
            "https://shop.example/h.jpg,,,,,,,0,Loom\n"
            "11,variation,HOOD-S,Hoodie - S,1,0,visible,,,,,taxable,parent,1,4,,0,0,,40,45,,,,,,,id:10,,,,1,\n"
            "12,variation,HOOD-M,Hoodie - M,1,0,visible,,,,,taxable,parent,1,1,,0,0,,,45,,,,,,,HOOD,,,,2,\n"
            '20,simple,CAP,Cap,1,0,visible,Light,"<p>Blue</p>",,,taxable,,1,7,,0,0,0.1,,15,"Clothing > Caps",,,'
            "https://shop.example/c.jpg,,,,,,,3,Loom\n"
        ),
        "interactions": (
            "order_id,order_number,date_created,status,customer_id,billing_email,product_id,variation_id,sku,quantity,"
            "line_total\n"
            "501,501,2024-03-01 10:00:00,completed,7,ann@shop.example,10,11,HOOD-S,1,40\n"
            "501,501,2024-03-01 10:00:00,completed,7,ann@shop.example,20,0,CAP,2,30\n"
            "502,502,2024-03-02 11:00:00,completed,8,bob@shop.example,20,0,CAP,1,15\n"
            "503,503,2024-03-03 11:00:00,completed,7,ann@shop.example,10,12,HOOD-M,1,45\n"
        ),
    },
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
)  # fmt: skip

MAGENTO = Layout(
    "Magento",
    {
        "items": (
            "sku,store_view_code,attribute_set_code,product_type,categories,product_websites,name,description,"
            "short_description,weight,product_online,tax_class_name,visibility,price,special_price,url_key,meta_title,"
            "base_image,small_image,created_at,updated_at,additional_attributes,qty,out_of_stock_qty,is_in_stock,"
            "website_id,configurable_variations\n"
            '24-MB01,,Bag,simple,"Default Category/Gear,Default Category/Gear/Bags",base,Duffle bag,<p>Roomy</p>,,1,1,'
            'Taxable Goods,"Catalog, Search",34.00,,duffle,,/m/b/mb01.jpg,/m/b/mb01.jpg,"1/2/24, 9:00 AM",'
            '"1/3/24, 9:00 AM","color=Black,material=Nylon",100,0,1,0,\n'
            '24-UG01,,Gear,simple,"Default Category/Gear/Fitness Equipment",base,Strap,<p>Elastic</p>,,1,1,Taxable Goods,'
            '"Catalog, Search",14.00,,strap,,/u/g/ug01.jpg,/u/g/ug01.jpg,"1/13/24, 9:00 AM","1/3/24, 9:00 AM",color=Blue,'
            "50,0,1,0,\n"
            '24-UG02,,Gear,simple,"Default Category/Gear/Fitness Equipment",base,Ball,<p>Round</p>,,1,1,Taxable Goods,'
            '"Catalog, Search",24.00,,ball,,/u/g/ug02.jpg,/u/g/ug02.jpg,"1/14/24, 9:00 AM","1/3/24, 9:00 AM",color=Red,'
            "20,0,1,0,\n"
        ),
    },
    {
        "items": {
            "sku": "item_id", "categories": "category", "name": "title", "base_image": "image_url",
            "created_at": "launched_at", "qty": "stock",
        },
    },
    choices={"paths": "split"},
)  # fmt: skip

GOOGLE_MERCHANT = Layout(
    "Google Merchant",
    {
        "items": (
            "id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tsale_price\tgoogle_product_category\t"
            "product_type\tbrand\tgtin\tcondition\titem_group_id\tcolor\tsize\n"
            "S1\tShirt red\tCotton\thttps://shop.example/s\thttps://shop.example/s.jpg\tin_stock\t20.00 EUR\t\t"
            "Apparel & Accessories > Clothing > Shirts & Tops\tShirts\tLoom\t4006381333931\tnew\tS\tred\tM\n"
            "S2\tShirt blue\tCotton\thttps://shop.example/t\thttps://shop.example/t.jpg\tin_stock\t18.00 EUR\t15.00 EUR\t"
            "Apparel & Accessories > Clothing > Shirts & Tops\tShirts\tLoom\t4006381333948\tnew\tS\tblue\tM\n"
            "B1\tBelt\tLeather\thttps://shop.example/b\thttps://shop.example/b.jpg\tin_stock\t25.00 EUR\t\t"
            "Apparel & Accessories > Clothing Accessories > Belts\tBelts\tTan\t4006381333955\tnew\t\tblack\t90\n"
        ),
    },
    {
        "items": {
            "id": "item_id", "image_link": "image_url", "google_product_category": "category",
            "product_type": "subcategory", "item_group_id": "parent_id", "color": "colour",
        },
    },
    choices={"variants": "merge"},
)  # fmt: skip

CHINESE_SHOP = Layout(
    "Chinese shop",
    {
        "items": (
            "商品ID,商品标题,一级类目,二级类目,品牌,店铺名称,颜色分类,销售价,库存数量,主图链接,上架时间\n"
            "60001,纯棉T恤,服装,上衣,森林,森林旗舰店,白色,59.00,120,https://shop.example/1.jpg,2024-01-05 10:00:00\n"
            "60002,亚麻长裤,服装,裤装,森林,森林旗舰店,黑色,129.00,35,https://shop.example/2.jpg,2024-01-06 10:00:00\n"
            "60003,陶瓷杯,家居,餐具,窑变,窑变专卖店,蓝色,39.00,60,https://shop.example/3.jpg,2024-01-07 10:00:00\n"
        ),
        "interactions": (
            "订单编号,买家会员名,商品ID,宝贝标题,购买数量,实付金额,订单创建时间,行为类型\n"
            "2201,小明,60001,纯棉T恤,1,59.00,2024-03-01 10:00:00,购买\n"
            "2202,小红,60003,陶瓷杯,2,78.00,2024-03-02 11:00:00,购买\n"
            ",小明,60002,亚麻长裤,,,2024-03-03 12:00:00,加购\n"
        ),
    },
    {
        "items": {
            "商品ID": "item_id", "商品标题": "title", "一级类目": "category", "二级类目": "subcategory", "品牌": "brand",
            "店铺名称": "provider", "颜色分类": "colour", "销售价": "price", "库存数量": "stock", "主图链接": "image_url",
            "上架时间": "launched_at",
        },
        "interactions": {
            "订单编号": "basket_id", "买家会员名": "user_id", "商品ID": "item_id", "购买数量": "quantity",
            "实付金额": "value", "订单创建时间": "timestamp", "行为类型": "event",
        },
        "events": {"购买": "buy", "加购": "cart"},
    },
)  # fmt: skip

SHOP_SYSTEMS = (SHOPIFY, WOOCOMMERCE, MAGENTO, GOOGLE_MERCHANT, CHINESE_SHOP)

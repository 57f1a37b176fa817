"""Catalogues in the layouts of shop systems, with a log that names their variants."""

# Shopify: further rows of a handle have no title; the last row of the mug is only a picture.
SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,"
    "Variant Price,Image Src\n"
    'mug,Stoneware mug,"<p>Holds <b>30</b>&nbsp;cl.</p><ul><li>Dishwasher&amp;oven</li></ul>",Kiln,Mugs,"tea, gift",'
    "TRUE,Colour,Blue,mug-b,-3,14.00,https://shop.example/b.jpg\n"
    "mug,,,,,,,,Grey,mug-g,5,12.50,\n"
    "mug,,,,,,,,Sand,mug-s,2,15.00,\n"
    "mug,,,,,,,,,,,,https://shop.example/side.jpg\n"
    "apron,Linen apron,<p>One size</p>,Loom,Aprons,gift,TRUE,Title,Default Title,apron,8,29.00,\n"
)
SHOPIFY_MAPPING = {
    "Handle": "item_id", "Title": "title", "Body (HTML)": "description", "Vendor": "provider", "Type": "category",
    "Option1 Value": "colour", "Variant SKU": "variants", "Variant Inventory Qty": "stock", "Variant Price": "price",
    "Image Src": "image_url",
}  # fmt: skip
SHOPIFY_LOG = (
    "user_id,item_id,timestamp,event\nann,mug-g,2024-01-02,buy\nbob,mug,2024-01-03,buy\nann,mug-b,2024-01-04,buy\n"
    "bob,apron,2024-01-05,buy\n"
)

# WooCommerce: a variation names its parent by id or by SKU.
WOO = (
    "ID,Type,SKU,Name,Published,Description,Stock,Regular price,Categories,Parent,Images\n"
    '10,variable,hood,Hoodie,1,"Warm\\n<br>Soft",,,"Clothing > Hoodies, Clothing",,\n'
    "11,variation,hood-s,Hoodie - S,1,,4,45,,id:10,\n"
    "12,variation,hood-m,Hoodie - M,1,,1,39,,hood,\n"
    '20,simple,cap,Cap,1,,7,15,"Clothing > Caps, Sale",,\n'
    "30,simple,poster,Poster,1,,,9,Decor,,\n"
)
WOO_MAPPING = {
    "ID": "item_id", "SKU": "variants", "Parent": "parent_id", "Name": "title", "Description": "description",
    "Stock": "stock", "Regular price": "price", "Categories": "category",
}  # fmt: skip
WOO_LOG = (
    "user_id,item_id,timestamp,event\nann,11,2024-01-02,buy\nbob,hood-m,2024-01-03,buy\nann,20,2024-01-04,buy\n"
    "bob,hood,2024-01-05,view\n"
)

# Google Merchant: variants share `item_group_id`, which no row has as its id.
GOOGLE = (
    "id\ttitle\tdescription\tgoogle_product_category\tprice\tavailability\titem_group_id\tcolor\n"
    "S1\tShirt red\tCotton\tApparel & Accessories > Clothing > Shirts & Tops\t20.00 EUR\tin_stock\tS\tred\n"
    "S2\tShirt blue\tCotton\tApparel & Accessories > Clothing > Shirts & Tops\t18.00 EUR\tin_stock\tS\tblue\n"
    "B1\tBelt\tLeather\tApparel & Accessories > Clothing Accessories > Belts\t25.00 EUR\tin_stock\t\tblack\n"
)
GOOGLE_MAPPING = {
    "id": "item_id",
    "google_product_category": "category",
    "item_group_id": "parent_id",
    "color": "colour",
}

"""What analytics and public data sets export: their column names as they write them, with few rows."""

from tests.data.layouts import Layout

REES46 = Layout(
    "REES46",
    {
        "items": (
            "product_id,category_id,category_code,brand,price\n44600062,2103807459595387724,electronics.smartphone,apple,999.00\n"
            "3900821,2053013552326770905,appliances.kitchen.kettle,aqua,33.20\n17200506,2053013559792632471,,,543.10\n"
        ),
        "interactions": (
            "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n"
            "2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,electronics.smartphone,apple,999.00,541312140,72d7\n"
            "2019-10-01 00:00:01 UTC,cart,3900821,2053013552326770905,appliances.kitchen.kettle,aqua,33.20,554748717,9333\n"
            "2019-10-01 00:00:05 UTC,remove_from_cart,3900821,2053013552326770905,,aqua,33.20,554748717,9333\n"
            "2019-10-01 00:00:09 UTC,purchase,17200506,2053013559792632471,,,543.10,541312140,72d7\n"
        ),
    },
    {
        "items": {"product_id": "item_id", "category_code": "category"},
        "interactions": {
            "event_time": "timestamp", "event_type": "event", "product_id": "item_id", "price": "value",
        },
        "events": {"purchase": "buy"},
    },
    choices={"paths": "split"},
    left_out=("remove_from_cart",),
)  # fmt: skip

RETAILROCKET = Layout(
    "Retailrocket (properties joined)",
    {
        "items": "itemid,categoryid,available,790\n355908,1173,1,n12000.000\n248676,1231,0,n5000.000\n318965,1173,1,\n",
        "interactions": (
            "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n"
            "1433224214164,992329,view,248676,\n1433221999827,111016,addtocart,318965,\n"
            "1433221955914,111016,transaction,318965,7063\n"
        ),
    },
    {
        "items": {"itemid": "item_id", "categoryid": "category"},
        "interactions": {"visitorid": "user_id", "itemid": "item_id", "transactionid": "basket_id"},
        "events": {"addtocart": "cart", "transaction": "buy"},
    },
)  # fmt: skip

HM = Layout(
    "H&M",
    {
        "items": (
            "article_id,product_code,prod_name,product_type_no,product_type_name,product_group_name,"
            "graphical_appearance_no,graphical_appearance_name,colour_group_code,colour_group_name,"
            "perceived_colour_value_id,perceived_colour_value_name,perceived_colour_master_id,"
            "perceived_colour_master_name,department_no,department_name,index_code,index_name,index_group_no,"
            "index_group_name,section_no,section_name,garment_group_no,garment_group_name,detail_desc\n"
            "0108775015,0108775,Strap top,253,Vest top,Garment Upper body,1010016,Solid,09,Black,4,Dark,5,Black,1676,"
            "Jersey Basic,A,Ladieswear,1,Ladieswear,16,Womens Everyday Basics,1002,Jersey Basic,Jersey top.\n"
            "0108775044,0108775,Strap top,253,Vest top,Garment Upper body,1010016,Solid,10,White,3,Light,9,White,1676,"
            "Jersey Basic,A,Ladieswear,1,Ladieswear,16,Womens Everyday Basics,1002,Jersey Basic,Jersey top.\n"
            "0110065001,0110065,OP T-shirt,306,Bra,Underwear,1010016,Solid,09,Black,4,Dark,5,Black,1339,Clean Lingerie,B,"
            "Lingeries/Tights,1,Ladieswear,61,Womens Lingerie,1017,Under-Nightwear,Microfibre bra.\n"
        ),
        "interactions": (
            "t_dat,customer_id,article_id,price,sales_channel_id\n2018-09-20,000058a1,0108775015,0.0508,2\n"
            "2018-09-20,00007d2d,0108775044,0.0305,2\n2018-09-21,000058a1,0110065001,0.0152,1\n"
        ),
        "users": (
            "customer_id,FN,Active,club_member_status,fashion_news_frequency,age,postal_code\n"
            "000058a1,,,ACTIVE,NONE,49,52043e\n00007d2d,1,1,ACTIVE,Regularly,25,2973ab\n"
        ),
    },
    {
        "items": {
            "article_id": "item_id", "prod_name": "title", "product_group_name": "category",
            "product_type_name": "subcategory", "colour_group_name": "colour", "detail_desc": "description",
        },
        "interactions": {
            "t_dat": "timestamp", "customer_id": "user_id", "article_id": "item_id", "price": "value",
        },
        "users": {"customer_id": "user_id"},
    },
)  # fmt: skip

INSTACART = Layout(
    "Instacart (joined)",
    {
        "items": (
            "product_id,product_name,aisle_id,department_id,aisle,department\n"
            "1,Chocolate Sandwich Cookies,61,19,cookies cakes,snacks\n2,All-Seasons Salt,104,13,spices seasonings,pantry\n"
            "3,Oolong Tea,94,7,tea,beverages\n"
        ),
        "interactions": (
            "order_id,product_id,add_to_cart_order,reordered,user_id,eval_set,order_number,order_dow,order_hour_of_day,"
            "days_since_prior_order,order_date\n"
            "2,1,1,1,202279,prior,3,5,9,8.0,2017-01-09\n2,3,2,0,202279,prior,3,5,9,8.0,2017-01-09\n"
            "3,2,1,0,205970,prior,16,5,17,12.0,2017-01-21\n"
        ),
    },
    {
        "items": {
            "product_id": "item_id", "product_name": "title", "department": "category", "aisle": "subcategory",
        },
        "interactions": {"order_id": "basket_id", "product_id": "item_id", "order_date": "timestamp"},
    },
    choices={"every_line": "buy"},
)  # fmt: skip

OLIST = Layout(
    "Olist (joined)",
    {
        "items": (
            "product_id,product_category_name,product_name_lenght,product_description_lenght,product_photos_qty,"
            "product_weight_g,product_length_cm,product_height_cm,product_width_cm\n"
            "1e9e8ef0,perfumaria,40,287,1,225,16,10,14\n3aa07113,artes,44,276,1,1000,30,18,20\n"
            "96bd76ec,esporte_lazer,46,250,1,154,18,9,15\n"
        ),
        "interactions": (
            "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
            "order_delivered_customer_date,order_estimated_delivery_date,order_item_id,product_id,seller_id,"
            "shipping_limit_date,price,freight_value,customer_unique_id,customer_zip_code_prefix\n"
            "e481f51c,9ef432eb,delivered,2017-10-02 10:56:33,2017-10-02 11:07:15,2017-10-04 19:55:00,2017-10-10 21:25:13,"
            "2017-10-18 00:00:00,1,1e9e8ef0,3504c0cb,2017-10-06 11:07:15,29.99,8.72,7c396fd4,3149\n"
            "53cdb2fc,b0830fb4,delivered,2018-07-24 20:41:37,2018-07-26 03:24:27,2018-07-26 14:31:00,2018-08-07 15:27:45,"
            "2018-08-13 00:00:00,1,3aa07113,289cdb32,2018-07-30 03:24:27,118.70,22.76,af07308b,47813\n"
            "47770eb9,41ce2a54,delivered,2018-08-08 08:38:49,2018-08-08 08:55:23,2018-08-08 13:50:00,2018-08-17 18:06:29,"
            "2018-09-04 00:00:00,1,96bd76ec,4869f7a5,2018-08-13 08:55:23,159.90,19.22,7c396fd4,3149\n"
        ),
    },
    {
        "items": {"product_id": "item_id", "product_category_name": "category"},
        "interactions": {
            "order_id": "basket_id", "customer_unique_id": "user_id", "order_purchase_timestamp": "timestamp",
            "product_id": "item_id", "price": "value",
        },
    },
    choices={"every_line": "buy"},
)  # fmt: skip

TAOBAO = Layout(
    "Taobao (no header)",
    {
        "items": "item,category\n2268318,2520377\n2333346,2520771\n2576651,149192\n",
        "interactions": (
            "1,2268318,2520377,pv,1511544070\n1,2333346,2520771,cart,1511561733\n2,2576651,149192,fav,1511572885\n"
            "2,2268318,2520377,buy,1511593493\n100,2333346,2520771,pv,1511596146\n"
        ),
    },
    {
        "items": {"item": "item_id"},
        "events": {"pv": "view", "fav": "favourite"},
    },
    header={"interactions": ("user_id", "item_id", "column 3", "event", "timestamp")},
)  # fmt: skip

UBI = Layout(
    "UBI (OpenSearch)",
    {
        "items": "object_id,title,category\nisbn-1,Sea,Novels\nisbn-2,Hills,Novels\nisbn-3,Maps,Travel\n",
        "interactions": (
            "application,action_name,query_id,session_id,client_id,timestamp,message_type,message,user_query,"
            "event_attributes.object.object_id,event_attributes.object.object_id_field,event_attributes.position.ordinal\n"
            "books,item_click,q1,s1,c1,2024-05-01T10:00:00.000Z,INFO,,sea,isbn-1,isbn,1\n"
            "books,add_to_cart,q1,s1,c1,2024-05-01T10:01:00.000Z,CONVERSION,,sea,isbn-1,isbn,1\n"
            "books,purchase,q2,s2,c2,2024-05-02T10:01:00.000Z,CONVERSION,,maps,isbn-3,isbn,2\n"
            "books,product_hover,q2,s2,c2,2024-05-02T10:00:00.000Z,INFO,,maps,isbn-2,isbn,3\n"
        ),
    },
    {
        "items": {"object_id": "item_id"},
        "interactions": {
            "action_name": "event", "client_id": "user_id", "user_query": "query",
            "event_attributes.object.object_id": "item_id",
        },
        "events": {"item_click": "click", "add_to_cart": "cart", "purchase": "buy"},
    },
    left_out=("product_hover",),
)  # fmt: skip

GA4 = Layout(
    "GA4 (BigQuery, items unnested)",
    {
        "items": (
            "item_id,item_name,item_brand,item_variant,item_category,item_category2,price\n"
            "9197,Mug White,Brand A,,Drinkware,Mugs,12.0\n9188,Cap,Brand A,,Apparel,Hats,18.0\n9190,Pen,Brand B,,Office,Pens,2.0\n"
        ),
        "interactions": (
            "event_date,event_timestamp,event_name,user_pseudo_id,user_id,ga_session_id,transaction_id,item_id,item_name,"
            "quantity,item_revenue\n"
            "20210131,1612069510766593,view_item,1026454.4271112504,,661084800,,9197,Mug White,,\n"
            "20210131,1612069538233240,add_to_cart,1026454.4271112504,,661084800,,9197,Mug White,1,\n"
            "20210131,1612069599000000,begin_checkout,1026454.4271112504,,661084800,,9197,Mug White,1,\n"
            "20210131,1612069600000000,purchase,1026454.4271112504,,661084800,T1,9197,Mug White,1,12.0\n"
            "20210201,1612170000000000,view_item,8888888.1111111111,,661084999,,9188,Cap,,\n"
        ),
    },
    {
        "items": {
            "item_name": "title", "item_brand": "brand", "item_category": "category", "item_category2": "subcategory",
        },
        "interactions": {
            "event_timestamp": "timestamp", "event_name": "event", "user_pseudo_id": "user_id", "user_id": "",
            "transaction_id": "basket_id", "item_revenue": "value",
        },
        "events": {"view_item": "view", "add_to_cart": "cart", "purchase": "buy"},
    },
    left_out=("begin_checkout",),
)  # fmt: skip

MATOMO = Layout(
    "Matomo (items of orders)",
    {
        "items": "itemSKU,itemName,itemCategory,price\nP-1,Kettle,Kitchen,39.9\nP-2,Lamp,Light,24.0\nP-3,Rug,Floors,80.0\n",
        "interactions": (
            "idSite,idVisit,visitorId,visitorType,serverTimestamp,type,orderId,itemSKU,itemName,itemCategory,price,quantity\n"
            "1,77,8fd2a1c0,returning,1714557600,ecommerceOrder,O-1,P-1,Kettle,Kitchen,39.9,1\n"
            "1,78,9bc1e2f3,new,1714561200,ecommerceAbandonedCart,,P-2,Lamp,Light,24.0,1\n"
            "1,79,8fd2a1c0,returning,1714647600,ecommerceOrder,O-2,P-3,Rug,Floors,80.0,2\n"
        ),
    },
    {
        "items": {"itemSKU": "item_id", "itemName": "title", "itemCategory": "category"},
        "interactions": {
            "visitorId": "user_id", "serverTimestamp": "timestamp", "type": "event", "orderId": "basket_id",
            "itemSKU": "item_id", "price": "value",
        },
        "events": {"ecommerceOrder": "buy", "ecommerceAbandonedCart": "cart"},
    },
)  # fmt: skip

DIGINETICA = Layout(
    "Diginetica",
    {
        "items": (
            "itemId;categoryId;pricelog2;product.name.tokens\n81766;16;10;2154,2149\n31331;11;12;3108,4007\n32118;16;9;2154\n"
        ),
        "interactions": (
            "sessionId;userId;itemId;timeframe;eventdate\n1;NA;81766;526309;2016-05-09\n1;NA;31331;1031018;2016-05-09\n"
            "2;NA;32118;243569;2016-05-10\n3;7;81766;75848;2016-05-10\n"
        ),
    },
    {
        "items": {"itemId": "item_id", "categoryId": "category"},
        "interactions": {"sessionId": "user_id", "itemId": "item_id", "eventdate": "timestamp"},
    },
    choices={"every_line": "view"},
)  # fmt: skip

LOGS = (REES46, RETAILROCKET, HM, INSTACART, OLIST, TAOBAO, UBI, GA4, MATOMO, DIGINETICA)

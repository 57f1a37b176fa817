"""Words by which shops name lines that are no products: postage, fees, vouchers, corrections."""

import re

# Words that hardly ever belong to a product, where a title begins or ends with them.
SERVICES = (
    r"postage|p&p|shipping|handling|delivery charges?|bank charges?|charges?|surcharge|fees?|commission|insurance"
    r"|(?:gift )?vouchers?|gift cards?|e-?gift|coupons?|store credit|refund|adjust\w*|bad debt|tip|donation"
    r"|versand\w*|porto|lieferkosten|gebühr(?:en)?|gutscheine?|rabatt|trinkgeld|pfand"
    r"|frais(?: de port)?|livraison|remise|carte cadeau|bon d'achat"
    r"|gastos de envío|envío|descuento|tarjeta regalo|cupón|spedizione|sconto|buono regalo"
    r"|verzendkosten|korting|cadeaubon|frete|desconto"
)
# Words that products have as well (a carriage clock, a manual coffee grinder): the whole title, or its last word.
PERHAPS = r"carriage|delivery|discount|manual|samples?|adjustments?|service|packing"
CHINESE = r"运费|邮费|快递费|配送费|手续费|服务费|包装费|优惠券|代金券|折扣|差价|礼品卡|赠品|送料|手数料"
AMOUNT = r"[\s(£$€¥]*[\d.,]*[\s)£$€¥%]*"  # as in “Gift Voucher £20.00”

_NAMED = re.compile(
    rf"(?:(?:{SERVICES})\b(?:\s+\S+){{0,2}}|(?:.*\s)?(?:{SERVICES}|{PERHAPS}){AMOUNT}|.*(?:{CHINESE}).*)", re.IGNORECASE
)


def names_a_service(title: str) -> bool:
    """Whether a title reads as postage, a fee, a voucher or a correction."""
    return _NAMED.fullmatch(title.strip()) is not None

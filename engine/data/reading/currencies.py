"""Currencies as shops write them beside their prices: signs, codes of ISO 4217, and words."""

import re

SIGNS = {  # each with the code it surely stands for; "" for a sign that several currencies share
    "€": "EUR", "£": "GBP", "$": "", "¥": "", "￥": "", "元": "CNY", "人民币": "CNY", "RMB": "CNY", "CN¥": "CNY",
    "円": "JPY", "JP¥": "JPY", "₹": "INR", "Rs.": "", "Rs": "", "₩": "KRW", "원": "KRW", "₽": "RUB", "руб.": "RUB",
    "руб": "RUB", "₺": "TRY", "TL": "TRY", "₴": "UAH", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "lei": "RON",
    "kr.": "", "kr": "", "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "HK$": "HKD",
    "NT$": "TWD", "S$": "SGD", "NZ$": "NZD", "MX$": "MXN", "R$": "BRL", "R": "", "฿": "THB", "₫": "VND", "₪": "ILS",
    "₱": "PHP", "₦": "NGN", "Fr.": "CHF", "SFr.": "CHF", "RM": "MYR", "Rp": "IDR", "Euro": "EUR", "euro": "EUR",
}  # fmt: skip
CODES = (
    "AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR",
    "GBP", "HKD", "HRK", "HUF", "IDR", "ILS", "INR", "ISK", "JOD", "JPY", "KES", "KRW", "KWD", "KZT", "LKR", "MAD",
    "MXN", "MYR", "NGN", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK",
    "SGD", "THB", "TND", "TRY", "TWD", "UAH", "USD", "UYU", "VND", "ZAR",
)  # fmt: skip
THREE_DECIMALS = ("BHD", "JOD", "KWD", "OMR", "TND")  # currencies of which a price may have three decimals

_WORDS = sorted([*SIGNS, *CODES, *map(str.lower, CODES)], key=len, reverse=True)
PATTERN = "|".join(map(re.escape, _WORDS))


def canonical(written: str) -> str:
    """The ISO code that a currency's sign or code stands for, else the sign itself."""
    upper = written.upper()
    if upper in CODES:
        return upper
    return SIGNS.get(written) or {"￥": "¥", "Rs.": "Rs", "kr.": "kr"}.get(written, written)

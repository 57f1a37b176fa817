"""Which ids of an order file are suggested as postage, fees, vouchers and corrections, and which are not."""

import pandas as pd
import pytest

from engine.data import Choices
from engine.data.single_file.service_lines import left_out_ids, service_lines
from engine.data.single_file.service_words import names_a_service

PRODUCTS = {f"2{n:04}": "LAMP" for n in range(30)}


def suggested(titles: dict[str, str], prices: dict[str, list[float]]) -> list[str]:
    """The suggested ids among products, each with lines of these prices."""
    names = PRODUCTS | titles
    rows = [(item, price) for item in names for price in prices.get(item, [2.5, 2.5, 2.4])]
    lines = pd.DataFrame(rows, columns=["item_id", "price"])
    lines["item_id"] = lines["item_id"].astype("str")
    return [each.item_id for each in service_lines(lines, pd.Series(names))]


@pytest.mark.parametrize("title", [
    "POSTAGE", "DOTCOM POSTAGE", "Next Day Carriage", "CARRIAGE", "Bank Charges", "AMAZON FEE", "CRUK Commission",
    "Discount", "Manual", "SAMPLES", "PACKING CHARGE", "Adjust bad debt", "Dotcomgiftshop Gift Voucher £20.00",
    "Shipping", "Versandkosten", "Versand DHL Paket", "Porto", "Frais de port", "Gastos de envío", "Gutschein 25 €",
    "运费", "补差价专用链接", "优惠券", "Gift card", "Spedizione",
])  # fmt: skip
def test_names_of_services(title: str) -> None:
    assert names_a_service(title)


@pytest.mark.parametrize("title", [
    "FRENCH CARRIAGE LANTERN", "BLACK BAROQUE CARRIAGE CLOCK", "ZINC HEART LATTICE CHARGER LARGE",
    "MANUAL COFFEE GRINDER", "SPACEBOY GIFT WRAP", "PIGGY BANK", "TUSCAN VILLA BIRD FEEDER", "COFFEE", "TIPI TENT",
    "PORTO WINE GLASS SET OF SIX", "DELIVERY VAN TOY", "充电器", "椅子", "",
])  # fmt: skip
def test_names_of_products(title: str) -> None:
    assert not names_a_service(title)


def test_many_prices_and_an_unusual_id() -> None:
    many = [float(n) for n in range(1, 21)]
    assert suggested({"DOT": "WEB"}, {"DOT": many}) == ["DOT"]
    assert suggested({"DOT": "WEB"}, {}) == [], "few prices: a product with an id of letters"
    assert suggested({"30000": "CABINET"}, {"30000": many}) == [], "an id like all others"
    assert suggested({"PADS": "PADS TO MATCH"}, {"PADS": [0.001, 0.001, 0.0]}) == []


def test_a_price_below_nothing() -> None:
    assert suggested({"B": "Bad debt", "30001": "Correction"}, {"30001": [-5.0, 5.0]}) == ["B", "30001"]


def test_what_is_left_out() -> None:
    lines = pd.DataFrame({"item_id": ["1", "POST", "POST"], "price": [1.0, 2.0, 9.0]})
    candidates = service_lines(lines, pd.Series({"1": "Lamp", "POST": "Postage"}))
    assert [(each.item_id, each.lines, each.low, each.high) for each in candidates] == [("POST", 2, 2.0, 9.0)]
    assert left_out_ids(candidates, Choices()) == {"POST"}
    assert left_out_ids(candidates, Choices(service_lines="keep")) == set()
    assert left_out_ids(candidates, Choices(leave_out=("1",))) == {"1"}


def test_a_file_without_prices_goes_by_names() -> None:
    lines = pd.DataFrame({"item_id": ["1", "2"]})
    assert [each.item_id for each in service_lines(lines, pd.Series({"1": "Lamp", "2": "Postage"}))] == ["2"]

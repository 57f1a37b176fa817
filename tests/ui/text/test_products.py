"""Prices as pages write them."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.fixtures.shops import synthetic
from ui.text import products


@pytest.mark.parametrize(
    ("currency", "text", "form"),
    [("€", "€1,299.50", "€%.2f"), ("zł", "1,299.50 zł", "%.2f zł"), ("", "1,299.50", "%.2f")],
)
def test_a_price_has_the_currency_of_its_shop(currency: str, text: str, form: str) -> None:
    data = replace(synthetic(), currency=currency)
    bench = SimpleNamespace(data=data)
    assert products.prices(bench, [1299.5, float("nan")]) == [text, ""]  # type: ignore[arg-type]
    assert products.price_format(data) == form

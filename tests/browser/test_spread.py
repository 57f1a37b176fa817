"""From the Overview's advice to lists elsewhere: the pair is found, taken, saved, and exported with its prices."""

import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.browser.driver import Tab
from tests.browser.test_strategy_editor import press, typed
from ui.text.words import table

WORDS = table()
VIEW = "floor=ndcg:0.5:plain&k=9&surface=new"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_from_the_advice_to_an_exported_strategy(tab: Tab, lang: str) -> None:
    page = tab.open(f"?{VIEW}&lang={lang}").page
    if page.locator(".st-key-compute_pair").count():  # the other language has found it already
        press(tab, "compute_pair")
    surface = WORDS["surface.new"][lang]
    begin = WORDS["pair.take"][lang].format(surface=surface, pair="")
    assert tab.until(lambda: begin in tab.text())
    told = tab.rest().text()
    pair = re.search(re.escape(begin) + r"λ ([\d.]+) · σ ([\d.]+)", told)
    assert pair is not None
    level, spread = (float(number) for number in pair.groups())
    assert spread > 0

    # taken: the link beside the advice sets both on Tune
    step = page.locator("[data-testid=stHorizontalBlock]").filter(has_text=pair.group(0)).last
    step.locator("[data-testid=stPageLink] a").click()
    page.wait_for_url("**/tune?*")
    tab.rest()
    assert f"spread={spread:g}" in page.url and f"diversity={level:g}" in page.url
    assert f"σ {spread:.2f}" in tab.text()

    # saved
    press(tab, "save_strategy")
    page.locator(".st-key-save_name input").first.fill(f"Spread {lang}")
    typed(tab, "save_author", "Ann")
    press(tab, "save_yes")
    page.get_by_role("link", name=WORDS["save.open"][lang]).click()
    page.wait_for_url("**/strategies?*")
    tab.rest()

    # exported: the strategy with its σ, and what each product costs
    page.locator(".st-key-strategy_export summary").first.click()
    page.locator(".st-key-export_setting").wait_for()
    tab.rest()
    with page.expect_download() as started:
        page.locator(".st-key-export_setting button").click()
    exported = json.loads(Path(started.value.path()).read_text())
    assert exported["spread"] == spread and exported["diversity"] == level
    with page.expect_download() as started:
        page.locator(".st-key-export_price_parquet button").first.click()
    prices = pd.read_parquet(io.BytesIO(Path(started.value.path()).read_bytes()))
    assert set(prices) == {"item_id", "evenshelf_price"} and (prices["evenshelf_price"] > 0).any()
    assert prices["evenshelf_price"].between(0, spread).all()

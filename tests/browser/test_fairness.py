"""An auditor's way from a question to a signed report, in English and in Chinese."""

import json
from pathlib import Path

import pytest

from engine.data import Dataset
from tests.browser.driver import Tab
from ui.text.words import table

WORDS = table()


def said(key: str, lang: str, **values: object) -> str:
    return WORDS[key][lang].format(**values)


def answered(tab: Tab) -> None:
    tab.page.locator(".st-key-fairness_running").wait_for(state="detached")
    tab.page.locator(".st-key-fair_sign").wait_for()
    tab.rest()


def taken(tab: Tab, key: str) -> bytes:
    with tab.page.expect_download() as download:
        tab.page.locator(f".st-key-{key} button").first.click()
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_from_a_question_to_a_signed_report(tab: Tab, shop: tuple[Dataset, Path], lang: str) -> None:
    page = tab.page
    page.goto(f"{tab.address}/fairness?lang={lang}&diversity=0.6")
    answered(tab)

    # another question: crossed with income; declared, then answered
    box = page.locator(".st-key-ask_by input").first
    box.fill(said("column.household_size", lang))
    way = said("fairness.of_shoppers", lang, way=said("column.household_size", lang))
    page.get_by_role("option", name=way, exact=True).click()
    page.keyboard.press("Escape")
    page.locator(".st-key-ask button").click()
    page.wait_for_url("**household_size**")
    answered(tab)
    told = tab.text()
    assert said("fairness.hidden_row", lang) in page.locator(".st-key-fair_ndcg").inner_text() + told
    assert tab.cards(), "verdicts are told"

    # read, confirmed, signed
    for name in ("gaps", "makers", "hidden", "limits"):
        point = page.locator(f"[class*=st-key-point_{name}_]")
        if point.count():
            point.locator("label").first.click()
            tab.rest()
    page.locator(".st-key-sign_author input").fill("Ann Auditor")
    page.locator(".st-key-sign_author input").press("Tab")
    tab.rest()
    page.locator(".st-key-sign_yes button:not([disabled])").click()
    signed = said("fairness.signed_by", lang, author="Ann Auditor", when="").rstrip()[:12]
    assert tab.until(lambda: signed in page.locator(".st-key-fair_sign").inner_text())
    tab.rest()

    # the report carries the signature, and stands by itself
    html = taken(tab, "take_report").decode()
    assert "Ann Auditor" in html and said("report.signed", lang) in html and "<script" not in html
    audit = json.loads(taken(tab, "take_audit"))
    assert {"age", "household_size"} <= set(audit["setting"]["by"])
    context = page.context.browser.new_context(offline=True)
    alone = context.new_page()
    alone.set_content(html)
    assert said("report.part.short", lang) in alone.inner_text("body")
    assert len(alone.pdf()) > 20_000
    context.close()

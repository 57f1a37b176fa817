"""The Data page in a real browser: malformed files, shops that come and go, what stays."""

from pathlib import Path

from tests.browser.driver import Tab
from tests.data.files import ITEMS, LOG
from tests.data.malformed import CASES
from ui.text.words import table

WIDGETS = {"items": "items", "log": "interactions", "users": "users", "promotions": "promotions"}
SOME = (  # all of them go through the page in tests/ui/data/test_data.py
    "a stray quote", "latin 1", "broken gzip", "a Parquet bomb", "Parquet with a negative price", "unknown item",
)  # fmt: skip


def said(key: str, lang: str = "en") -> str:
    return table()[key][lang]


def upload(tab: Tab, name: str, content: str | bytes) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    chosen = tab.page.locator(f"[class*=st-key-upload_{WIDGETS[name]}] input[type=file]")
    chosen.set_input_files({"name": f"{name}.csv", "mimeType": "text/csv", "buffer": raw})
    tab.page.get_by_test_id("stMain").get_by_text(f"{name}.csv").nth(1).wait_for()  # the uploader's word and ours
    tab.rest()


def check(tab: Tab) -> None:
    tab.page.locator(".st-key-check_files button:not([disabled])").click()
    tab.page.locator(".st-key-problem_table canvas").first.wait_for()
    tab.rest()


def opened(tab: Tab, query: str = "") -> Tab:
    tab.page.goto(f"{tab.address}/data?data=add{query}")
    return shaped(tab)


def shaped(tab: Tab, form: str = "tables") -> Tab:
    """Choose what kind of files are brought in."""
    lang = "zh" if "lang=zh" in tab.page.url else "en"
    tab.page.locator("[class*=st-key-upload_form] button").filter(has_text=said(f"upload.form_{form}", lang)).click()
    tab.page.locator(f"[class*=st-key-upload_{'items' if form == 'tables' else form}]").first.wait_for()
    return tab.rest()


def shops(home: Path) -> set[str]:
    return {path.name for path in (home / "shops").iterdir()}


def told(tab: Tab, key: str) -> str:
    """The cells of a table: drawn on a canvas, and written inside it for screen readers."""
    return str(tab.page.locator(f".st-key-{key} canvas").first.text_content())


def test_malformed_files_are_told_by_their_place(tab: Tab, home: Path) -> None:
    before = shops(home)
    for case in SOME:
        opened(tab)
        name, content, kind, line, *_ = CASES[case]
        if name != "items":
            upload(tab, "items", ITEMS)
        upload(tab, name, content)
        check(tab)
        words = table().get(f"problem.{kind}_name", table()[f"problem.{kind}"])["en"]
        assert words in told(tab, "problem_summary"), case
        listed = told(tab, "problem_table")
        assert f"{name}.csv" in listed and (line is None or str(line) in listed), case
    assert shops(home) == before


def test_a_shop_comes_opens_and_goes(tab: Tab, home: Path) -> None:
    before = shops(home)
    opened(tab, "&lang=zh&shopper=all")
    upload(tab, "items", ITEMS + "y,Vase,b,-1\n")
    upload(tab, "log", LOG)
    check(tab)
    tab.page.locator(".st-key-shop_name input").fill("小店")
    tab.page.locator(".st-key-shop_name input").press("Enter")
    tab.rest()
    assert tab.page.locator(".st-key-prepare_shop button").is_disabled(), "dropping a row is asked for"
    tab.page.locator(".st-key-drop_bad label").click()
    tab.page.locator(".st-key-prepare_shop button:not([disabled])").click()
    tab.page.wait_for_url("**shop=shop-*")
    tab.page.locator("[data-card=products]").wait_for(timeout=90_000)
    tab.rest()
    added = shops(home) - before
    assert len(added) == 1 and "小店" in tab.text() and "shopper=" not in tab.page.url
    tab.page.goto(f"{tab.address}/data?data=shops&shop={added.copy().pop()}")
    tab.page.locator(f".st-key-delete_{added.copy().pop()} button").click()
    tab.page.locator(".st-key-delete_yes button").click()
    tab.page.locator(".st-key-delete_yes").wait_for(state="detached")
    tab.rest()
    assert shops(home) == before and "shop=" not in tab.page.url


def test_a_link_to_a_shop_that_is_gone(tab: Tab) -> None:
    tab.open("tune?shop=gone")
    assert "gone" in tab.text() and tab.items()

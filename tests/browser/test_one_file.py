"""From one order file, in the layout of UCI Online Retail, to a list that moves with λ: by the pages alone."""

from uuid import uuid4

from tests.browser.driver import Tab
from tests.browser.test_data import said, shaped
from tests.browser.test_journey import press
from tests.browser.test_own_shop import PREPARED, visit
from tests.data.single_file.order_files import season


def test_an_order_file_from_upload_to_tune(tab: Tab) -> None:
    page = tab.page
    page.goto(f"{tab.address}/data?data=add&lang=en")
    page.locator("[class*=st-key-upload_orders]").first.wait_for()
    shaped(tab, "orders")
    given = {"name": "orders.csv", "mimeType": "text/csv", "buffer": season().encode()}
    page.locator("[class*=st-key-upload_orders] input[type=file]").set_input_files(given)
    page.locator("[class*=st-key-map_orders_item_id]").first.wait_for()
    tab.rest()
    page.locator(".st-key-check_files button").click()
    page.locator(".st-key-leave_services button").wait_for(timeout=PREPARED)
    tab.rest()
    assert "POST" in tab.text() and said("upload.lacks_answers") in tab.text()
    page.locator(".st-key-leave_services button").click()
    page.get_by_text(said("upload.lacks_name")).wait_for(timeout=PREPARED)
    tab.rest()
    page.locator(".st-key-shop_name input").fill(f"Season {uuid4().hex[:4]}")  # a second try is another shop
    page.locator(".st-key-shop_name input").press("Enter")
    tab.rest()
    page.locator(".st-key-prepare_shop button:not([disabled])").click()
    page.wait_for_url("**shop=season*", timeout=PREPARED)
    page.locator("[data-card=anonymous]").wait_for(timeout=PREPARED)
    page.locator(".st-key-preparing").wait_for(state="detached", timeout=PREPARED)
    tab.rest()
    assert tab.cards()["products"] == ["90"] and tab.cards()["shoppers"] == ["150"], tab.cards()
    visit(tab, "tune", "tr[data-item]")
    before = tab.items()
    press(tab, 0, "ArrowRight", 12)
    moved = tab.items()
    assert len(moved) == 10 and moved != before and "POST" not in moved

"""The Data page with one file of orders, reviews or events: from the file to a shop by the page alone."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from engine.data import list_shops, open_shop
from tests.data.single_file.order_files import LEFT_OUT, text
from tests.data.single_file.test_reviews_and_events import EVENTS, REVIEWS
from tests.ui.data.uploads import open_data, pressed, said, settled, shaped, upload
from ui.data import upload_products
from ui.text.words import table


@pytest.fixture(params=["en", "zh"])
def told(work: SimpleNamespace, request: pytest.FixtureRequest) -> tuple[AppTest, str]:
    return open_data("add", lang=request.param), request.param


def test_an_order_file_becomes_a_shop(told: tuple[AppTest, str]) -> None:
    app, lang = told
    assert app.session_state["_upload"].form == "orders", "it is the first choice"
    upload(app, {"orders": text()}, form="orders")
    assert app.selectbox(key="map_orders_item_id").value == "StockCode"
    pressed(app, "check_files")
    asked = app.session_state["_upload"]
    assert {question.kind for question in asked.questions if question.asked} == {"service_lines", "free_lines"}
    assert app.button(key="prepare_shop").disabled
    pressed(app, "leave_services")
    assert sorted(asked.choices.leave_out) == ["B", "POST"]
    radio = next(each for each in app.radio if str(each.key).startswith("answer_free_lines_"))
    radio.set_value("drop").run()
    settled(app)
    lost = table()["lost.return_matched"][lang].format(count="2")
    assert lost in said(app).replace("\\", "")
    app.text_input(key="shop_name").set_value("Retail").run()
    assert not app.button(key="prepare_shop").disabled
    pressed(app, "prepare_shop")
    data = open_shop(list_shops()[1].folder)
    assert len(data.interactions) == 3 and data.anonymous is not None and len(data.anonymous) == 2
    assert sum(LEFT_OUT.values()) + 5 == 13


def test_some_or_all_suggested_ids_stay_products(told: tuple[AppTest, str]) -> None:
    app, _ = told
    upload(app, {"orders": text()}, form="orders")
    pressed(app, "check_files")
    own = app.session_state["_upload"]
    upload_products.leave_out(own, ("B",))
    settled(app)
    assert "POST" in own.verdict.data.items["item_id"].tolist() and not unanswered(own)
    pressed(app, "keep_services")
    assert own.choices.leave_out is None and own.choices.service_lines == "keep" and not unanswered(own)


def unanswered(own: object) -> list[str]:
    return [question.kind for question in own.verdict.open if question.kind == "service_lines"]  # type: ignore[attr-defined]


def test_another_form_forgets_the_files_it_does_not_have(told: tuple[AppTest, str]) -> None:
    app, _ = told
    upload(app, {"orders": text(), "users": "user_id,age\n17850.0,30\n"}, form="orders")
    shaped(app, "tables")
    assert list(app.session_state["_upload"].files) == ["users"]
    assert table()["upload.items_first"][told[1]] in {each.value for each in app.info}
    shaped(app, "reviews")
    files = [each.key for each in app.file_uploader if not each.key.startswith("upload_mapping")]
    assert files == ["upload_reviews", "upload_users", "upload_promotions"]


def test_reviews(told: tuple[AppTest, str]) -> None:
    app, _ = told
    upload(app, {"reviews": REVIEWS}, form="reviews")
    for ours, theirs in {"title": "product_title", "item_id": "asin", "timestamp": "when"}.items():
        assert app.selectbox(key=f"map_reviews_{ours}").value == theirs
    pressed(app, "check_files")
    assert app.session_state["_upload"].verdict.data.positive == "rate"


def test_events(told: tuple[AppTest, str]) -> None:
    app, _ = told
    upload(app, {"activity": EVENTS}, form="activity")
    assert app.selectbox(key="event_2").value == "buy", "a known word"
    pressed(app, "check_files")
    assert app.session_state["_upload"].verdict.total == 1
    app.selectbox(key="event_3").select("left_out").run()
    pressed(app, "check_files")
    assert len(app.session_state["_upload"].verdict.data.interactions) == 4

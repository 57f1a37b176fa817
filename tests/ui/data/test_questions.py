"""What the Data page asks of files that can be read and perhaps mean something else."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from engine.data import list_shops, open_shop
from engine.data.reading.columns import TABLES
from tests.data.test_questions import BAD, HANDLES, ITEMS, LOG, NOBODY, OF_BAD, UNSAID, VARIANTS
from tests.ui.data.uploads import open_data, pressed, said, settled, upload
from ui.text.words import table


@pytest.fixture(params=["en", "zh"])
def app(work: SimpleNamespace, request: pytest.FixtureRequest) -> Iterator[AppTest]:
    yield open_data("add", lang=request.param)


def checked(app: AppTest, **files: str) -> AppTest:
    return pressed(upload(app, dict(files)), "check_files")


def answered(app: AppTest, kind: str, option: str) -> AppTest:
    radio = next(each for each in app.radio if str(each.key).startswith(f"answer_{kind}_"))
    radio.set_value(option).run()
    return settled(app)


def prepared(app: AppTest) -> Path:
    app.text_input(key="shop_name").set_value("Mine").run()
    assert not app.button(key="prepare_shop").disabled
    pressed(app, "prepare_shop")
    return list_shops()[1].folder


def test_a_placeholder_is_asked_and_its_answer_is_used(app: AppTest) -> None:
    checked(app, items=ITEMS, log=NOBODY)
    language = app.session_state["view"].lang
    assert table()["upload.asked"][language if language == "zh" else "en_one"].format(n=1) in said(app)
    app.text_input(key="shop_name").set_value("Mine").run()
    assert app.button(key="prepare_shop").disabled, "an open question keeps the shop from being prepared"
    answered(app, "placeholder_id", "keep")
    assert open_shop(prepared(app)).n_users == 4


def test_missing_shoppers_are_dropped_after_a_yes(app: AppTest) -> None:
    checked(app, items=ITEMS, log=NOBODY)
    answered(app, "placeholder_id", "missing")
    app.text_input(key="shop_name").set_value("Mine").run()
    assert app.button(key="prepare_shop").disabled
    app.checkbox(key="drop_bad").check().run()
    assert open_shop(prepared(app)).n_users == 2


def test_the_column_that_seems_to_be_the_event_can_be_used(app: AppTest) -> None:
    checked(app, items=ITEMS, log=UNSAID)
    app.button(key="use_actionType").click().run()
    own = app.session_state["_upload"]
    assert own.names["interactions"]["event"] == "actionType" and not own.questions, "the question is answered"
    pressed(app, "check_files")  # its events are not known yet: the page says which, and where to say what they mean
    assert own.unmapped() == ["eShopCart", "eShopOrder"]
    language = app.session_state["view"].lang
    mark = "、" if language == "zh" else ", "
    words = table()["upload.unmapped"][language].format(names=f"eShopCart{mark}eShopOrder")
    assert words in [each.value for each in app.info]
    assert own.verdict.refusal[0].column == "event" and not [b for b in app.button if str(b.key).startswith("leave_")]
    own.events.update({"eShopCart": "left_out", "eShopOrder": "buy"})
    pressed(app, "check_files")
    assert [each.value for each in own.verdict.left_out] == ["eShopCart"]
    assert open_shop(prepared(app)).interactions["event"].tolist() == ["buy"]


def test_or_every_line_is_confirmed(app: AppTest) -> None:
    checked(app, items=ITEMS, log=UNSAID)
    box = next(each for each in app.selectbox if str(each.key).startswith("answer_event_like"))
    box.set_value("view").run()
    settled(app)
    assert open_shop(prepared(app)).interactions["event"].tolist() == ["view", "view"]


def test_emptying_cells_saves_their_rows(app: AppTest) -> None:
    checked(app, items=BAD, log=OF_BAD.replace("c9", "c5"))
    assert app.session_state["_upload"].verdict.losses["shoppers"].lost == 1
    app.checkbox(key="empty_bad").check().run()
    settled(app)
    assert open_shop(prepared(app)).n_users == 3


def test_a_column_that_spoils_every_row_can_be_left_out(app: AppTest) -> None:
    checked(app, items="item_id,title,launched_at\na,Chair,soon\nb,Lamp,later\n")
    app.button(key="leave_launched_at").click().run()
    settled(app)
    assert open_shop(prepared(app)).n_items == 2


def test_ids_that_differ_in_writing_and_variants(app: AppTest) -> None:
    users = "user_id,age\nANN,30\nBOB,40\n"
    checked(app, items=VARIANTS.replace("Handle", "item_id").replace("Title", "title"), log=HANDLES, users=users)
    answered(app, "ids_differ_user", "unify")
    answered(app, "variants", "merge")
    data = open_shop(prepared(app))
    assert data.n_items == 2 and data.users["age"].notna().all()


def test_what_is_only_told_is_told(app: AppTest) -> None:
    checked(app, items="item_id,title,season\nc1,Chair,\nc2,Lamp,\nc3,Rug,\n", log=LOG)
    language = app.session_state["view"].lang
    entry = table()["question.empty_columns"]
    words = entry["zh"] if language == "zh" else entry["en_one"]
    assert words.format(names="season") in said(app) and not app.session_state["_upload"].verdict.open


def test_other_files_are_asked_anew(app: AppTest) -> None:
    checked(app, items=ITEMS, log=NOBODY)
    answered(app, "placeholder_id", "keep")
    upload(app, {"log": NOBODY + "NA,c3,2024-01-07,buy\n"})
    pressed(app, "check_files")
    assert len(app.session_state["_upload"].verdict.open) == 1


def test_what_is_left_out_by_choice_needs_no_yes(app: AppTest) -> None:
    days = [f"2024-{1 + n // 28:02d}-{1 + n % 28:02d}" for n in range(60)]
    log = "user_id,item_id,timestamp,event\n" + "".join(
        f"u{n % 7},c{n % 3 + 1},{day},buy\n" for n, day in enumerate(days)
    )
    checked(app, items=ITEMS, log=log + "u1,c1,2044-01-05,buy\n")
    answered(app, "odd_dates", "drop")
    assert "drop_bad" not in {each.key for each in app.checkbox}
    assert len(open_shop(prepared(app)).interactions) == 60


def test_a_further_column_of_lists_is_left_out_and_told(app: AppTest) -> None:
    upload(app, {"items": '{"item_id": "c1", "title": "Chair", "tags": [1]}\n{"item_id": "c2", "title": "Lamp"}\n'})
    pressed(app, "check_files")
    entry, language = table()["question.nested_columns"], app.session_state["view"].lang
    assert (entry["zh"] if language == "zh" else entry["en_one"]).format(names="tags") in said(app)
    assert sorted(open_shop(prepared(app)).items) == ["item_id", "title"]


def test_fields_stand_row_by_row(app: AppTest) -> None:
    """On a narrow screen columns stand under each other: the order is kept only where each row has its own."""
    upload(app, {"items": ITEMS})
    keys = [str(each.key).removeprefix("map_items_").split("__")[0] for each in app.selectbox]
    shown = [name for name in keys if name in TABLES["items"]]
    assert shown == list(TABLES["items"])


def test_prices_and_dates_with_two_readings_are_asked_about(app: AppTest) -> None:
    items = "item_id,title,price\nc1,Chair,1.299\n"
    log = "user_id,item_id,timestamp,event\nu1,c1,03/04/2024,buy\nu1,c1,05/04/2024,buy\nu2,c1,06/04/2024,buy\n"
    checked(app, items=items, log=log)
    assert len(app.session_state["_upload"].verdict.open) == 2
    answered(app, "decimal", "comma")
    answered(app, "date_order", "mdy")
    shop = open_shop(prepared(app))
    assert shop.items["price"].tolist() == [1299.0]
    assert [f"{time:%m-%d}" for time in shop.interactions["timestamp"]] == ["03-04", "05-04", "06-04"]

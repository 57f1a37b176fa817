"""The Data page without a browser: its parts, and every malformed file through it."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from engine.bench.bench import Bench
from engine.data import list_shops, open_shop, save_shop
from tests.data.files import ITEMS, LOG
from tests.data.malformed import CASES, GOOD_FILES
from tests.data.workbooks import workbook
from tests.fixtures.shops import journey, synthetic
from tests.ui.data.uploads import WIDGETS, open_data, pressed, said, shaped, upload
from tests.ui.harness import ready
from ui.background import preparation
from ui.text.words import table

ENGLISH = {key: entry["en"] for key, entry in table().items()}

FIRST_OF_ITS_KIND = {kind: name for name, (_, _, kind, *_) in reversed(CASES.items())}.values()


def settings(app: AppTest) -> tuple[str, str, str]:
    """The shop, the part of the page and the shopper that are set."""
    view = app.session_state["view"]
    return view.shop, view.data, view.shopper


@pytest.fixture(scope="module")
def one_app(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AppTest, Path]]:
    """One session for all malformed files, each after the other, and its home."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("malformed")
        patch.setenv("EVENSHELF_HOME", str(folder))
        patch.setattr(preparation, "preparation", lambda: ready(bench))
        yield open_data("add"), folder


@pytest.mark.parametrize("case", [
    pytest.param(name, marks=() if name in FIRST_OF_ITS_KIND else pytest.mark.long) for name in CASES
])  # fmt: skip
def test_a_malformed_file_is_told_by_its_place(
    case: str, one_app: tuple[AppTest, Path], bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, folder = one_app
    monkeypatch.setenv("EVENSHELF_HOME", str(folder))
    monkeypatch.setattr(preparation, "preparation", lambda: ready(bench))
    name, content, kind, line, column, value = CASES[case]
    upload(app, {**GOOD_FILES, name: content})
    own = app.session_state["_upload"]
    if kind == "missing_column" and column and own.names.get(WIDGETS[name], {}).get(column):
        app.selectbox(key=f"map_{WIDGETS[name]}_{column}").select("").run()  # mended by a suggestion: undo it
    pressed(app, "check_files")
    verdict = app.session_state["_upload"].verdict
    assert verdict is not None and verdict.total
    frame = next(each.value for each in app.dataframe if "How to mend it" in each.value)
    found = next(
        row
        for row, problem in zip(frame.itertuples(index=False), verdict.problems, strict=True)
        if problem.kind == kind
    )
    assert found[0] == f"{name}.csv"
    assert line is None or found[1] == line
    assert found[2] == (column or "")
    assert value is None or found[3] == value
    assert found[4] and found[5]
    assert [shop.slug for shop in list_shops()] == ["sample"] and not (folder / "shops").exists()
    assert sorted(own.files) == sorted(WIDGETS.values()), "uploads and choices stay"


def test_a_file_without_a_header_is_numbered_and_mapped(app: AppTest) -> None:
    upload(app, {"items": "1001,Oak chair,12.5\n1002,Rug,3\n"})
    assert ENGLISH["problem.headerless"] in said(app).replace("\\", "")
    app.button(key="number_items").click().run()
    app.selectbox(key="map_items_item_id").select("column 1").run()
    app.selectbox(key="map_items_title").select("column 2").run()
    app.selectbox(key="map_items_price").select("column 3").run()
    pressed(app, "check_files")
    data = app.session_state["_upload"].verdict.data
    assert data.items[["item_id", "title", "price"]].to_numpy().tolist() == [
        ["1001", "Oak chair", 12.5],
        ["1002", "Rug", 3.0],
    ]


def test_an_encoding_is_asked_for(app: AppTest) -> None:
    content = "item_id,title\n1,橡木椅\n2,台灯\n".encode("gb18030")
    for press in (
        lambda: app.button(key="read_encoded_items").click(),
        lambda: app.selectbox(key="encoding_items").select("gb18030"),
    ):
        upload(app, {"items": content})
        assert "1,橡木椅" in said(app), "the line is shown as it would be read"
        press().run()
        pressed(app, "check_files")
        assert app.session_state["_upload"].verdict.data.items["title"].tolist() == ["橡木椅", "台灯"]
    upload(app, {"items": ITEMS})
    assert app.session_state["_upload"].options == {}, "another file is read on its own"


def test_a_column_that_counts_the_rows_is_left_out_and_said(app: AppTest) -> None:
    upload(app, {"items": "Our shop\n,item_id,title\n0,1,Oak chair\n1,2,Rug\n"})
    pressed(app, "check_files")
    assert list(app.session_state["_upload"].verdict.data.items) == ["item_id", "title"]
    assert ENGLISH["question.index_skipped"] in said(app)


def test_a_sheet_is_chosen_by_one_click(app: AppTest) -> None:
    upload(app, {"items": workbook({"Notes": [["a"], ["b"]], "Goods": [["item_id", "title"], ["007", "Oak chair"]]})})
    app.button(key="sheet_items_Goods").click().run()
    pressed(app, "check_files")
    assert app.session_state["_upload"].verdict.data.items.to_numpy().tolist() == [["007", "Oak chair"]]


def test_a_column_of_lists_can_be_left_out(app: AppTest) -> None:
    upload(app, {"items": '[{"item_id": "1", "title": "Rug", "category": ["a"], "tags": ["b"]}]'})
    pressed(app, "check_files")
    pressed(app, "nested_category")
    assert list(app.session_state["_upload"].verdict.data.items) == ["item_id", "title"]


def test_files_become_a_shop_that_opens(app: AppTest, mine: Path) -> None:
    items = ITEMS.replace("item_id,title", "sku,product_name") + "y,Vase,b,-1\n"
    log = LOG.replace("event", "action").replace("buy", "purchase") + "u3,y,2024-01-04,purchase\nu3,x,2024-01-04,lost\n"
    upload(app, {"items": items, "log": log})
    assert app.selectbox(key="map_items_item_id").value == "sku"
    assert app.selectbox(key="event_0").value == "buy"
    pressed(app, "check_files")
    assert ENGLISH["upload.loss"] in said(app)
    app.text_input(key="shop_name").set_value("家具").run()
    assert app.button(key="prepare_shop").disabled, "dropping rows is asked for"
    app.checkbox(key="drop_bad").check().run()
    pressed(app, "prepare_shop")
    shop = list_shops()[1]
    assert shop.name == "家具" and shop.counts == {"items": 3, "users": 2, "interactions": 2}
    assert settings(app) == (shop.slug, "shop", "")
    data = open_shop(shop.folder)
    assert data.items["title"].tolist() == ["Oak chair", "Blue lamp", "Rug"] and data.positive == "buy"
    assert not list((mine / "uploads").glob("*")), "uploads are removed"
    app.segmented_control(key="data").set_value("add").run()
    assert not app.session_state["_upload"].files


def test_a_taken_name_keeps_everything(app: AppTest) -> None:
    save_shop(synthetic(), "Mine")
    upload(app, {"items": ITEMS})
    pressed(app, "check_files")
    assert ENGLISH["upload.clean"].split("{")[0] in said(app)
    app.text_input(key="shop_name").set_value("mine").run()
    pressed(app, "prepare_shop")
    assert ENGLISH["problem.name_taken"] in said(app).replace("\\", "")
    assert len(list_shops()) == 2 and app.session_state["_upload"].files
    app.text_input(key="shop_name").set_value("Mine too").run()
    pressed(app, "prepare_shop")
    assert [shop.name for shop in list_shops()[1:]] == ["Mine", "Mine too"]


def test_our_own_fault_keeps_everything(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    upload(app, {"items": ITEMS})
    monkeypatch.setattr("ui.data.upload.check_shop", broken)
    pressed(app, "check_files")
    assert ENGLISH["upload.failed"] in said(app) and "secret" not in said(app)
    monkeypatch.undo()
    assert app.session_state["_upload"].files and app.button(key="check_files")


def test_a_changed_mapping_takes_the_verdict_back(app: AppTest) -> None:
    upload(app, {"items": ITEMS})
    pressed(app, "check_files")
    assert app.session_state["_upload"].verdict is not None
    app.selectbox(key="map_items_title").select("brand").run()
    own = app.session_state["_upload"]
    assert own.verdict is None and own.names["items"]["brand"] == "", "a column is mapped once"
    assert own.mapping()["items"] == {"item_id": "item_id", "brand": "title", "price": "price", "title": ""}


def test_choices_stay_when_the_user_looks_elsewhere(app: AppTest) -> None:
    upload(app, {"items": ITEMS, "log": LOG})
    app.selectbox(key="map_items_brand").select("").run()
    app.switch_page("pages/overview.py").run()
    app.switch_page("pages/data.py").run()
    assert app.selectbox(key="map_items_brand").value == ""
    assert app.selectbox(key="map_items_item_id").value == "item_id"
    assert app.button(key="remove_items"), "the uploader is new, the file is still here"
    app.button(key="remove_items").click().run()
    assert "items" not in app.session_state["_upload"].files


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_problems_in_the_language_in_use(work: SimpleNamespace, lang: str) -> None:
    app = upload(open_data("add", lang=lang), {"items": ITEMS + "y,b,c,-1\n"})
    pressed(app, "check_files")
    frame = next(each.value for each in app.dataframe if table()["problem.head.fix"][lang] in each.value)
    assert frame.iloc[0].tolist()[4:] == [table()["problem.negative"][lang], table()["problem.negative_fix"][lang]]


def test_file_names_cannot_leave_the_folder(app: AppTest, mine: Path) -> None:
    own = shaped(app, "tables").session_state["_upload"]
    for name in ("../../evil.csv", "..\\evil.csv", "/etc/passwd", "...", "a\0b.csv", "名 (1).csv"):
        app.file_uploader(key="upload_items").set_value((name, ITEMS.encode(), "text/csv")).run()
        assert not app.exception
        assert own.files["items"].parent == own.folder and own.files["items"].exists()
    assert own.files["items"].name == "名 (1).csv"
    assert {path.parent for path in mine.rglob("*.csv")} == {own.folder}


def test_the_list_opens_and_deletes(work: SimpleNamespace, mine: Path) -> None:
    slug = save_shop(synthetic(), "Chairs & lamps")
    app = open_data("shops", shopper="nobody")
    app.button(key=f"open_{slug}").click().run()
    assert settings(app) == (slug, "shop", ""), "the shopper of another shop is forgotten"
    app.segmented_control(key="data").set_value("shops").run()
    app.button(key=f"delete_{slug}").click().run()
    app.button(key="delete_no").click().run()
    assert len(list_shops()) == 2
    app.button(key=f"delete_{slug}").click().run()
    app.button(key="delete_yes").click().run()
    assert len(list_shops()) == 1 and settings(app)[0] == ""
    assert not app.exception


def test_a_catalogue_says_what_it_lacks(work: SimpleNamespace) -> None:
    from tests.data.test_dataset import shop

    work.data = shop([])
    app = open_data("shop")
    assert ENGLISH["lack.interactions"] in said(app) and ENGLISH["lack.price"] in said(app)
    work.data = journey()
    assert ENGLISH["lack.interactions"] not in said(open_data("shop"))

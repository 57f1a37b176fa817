"""The mapping of the page as a file, events with their lines, and the products as they will look."""

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from engine.data.intake.mapping import check_mapping
from tests.data.catalogue.exports import SHOPIFY, SHOPIFY_LOG
from tests.data.layouts.layouts import LAYOUTS
from tests.data.test_questions import ITEMS, LOG
from tests.ui.data.uploads import open_data, pressed, said, settled, upload
from tests.ui.harness import fine
from ui.data.mapping_file import _as_json
from ui.data.upload_mapping import LEFT_OUT, column_mapping, columns_of_mapping
from ui.text.words import table


@pytest.fixture(params=["en", "zh"])
def app(work: SimpleNamespace, request: pytest.FixtureRequest) -> Iterator[AppTest]:
    yield open_data("add", lang=request.param)


def words(app: AppTest, key: str, **blanks: object) -> str:
    language = app.session_state["view"].lang
    entry = table()[key]
    return str(
        entry.get("en_one", entry["en"]) if language == "en" and blanks.get("n") == 1 else entry[language]
    ).format(**blanks)


def labels(app: AppTest) -> list[str]:
    return [each.label for each in app.selectbox if str(each.key).startswith("event_")]


def test_every_event_is_asked_with_its_lines_in_the_whole_log(app: AppTest) -> None:
    """The strange events stand behind the rows that are looked at first."""
    log = LOG + "".join(f"ann,c1,2024-02-{1 + number % 28:02d},buy\n" for number in range(20_000))
    upload(app, {"items": ITEMS, "log": log + "ann,c1,2024-03-01,odd\n" * 3 + "bob,c1,2024-03-01,rare\n"})
    assert labels(app) == ["buy", "view"], "nothing has been counted yet"
    pressed(app, "check_files")
    counted = [words(app, "upload.event_lines", event=event, n=lines, count=f"{lines:,}")
               for event, lines in (("buy", 20_002), ("view", 1), ("odd", 3), ("rare", 1))]  # fmt: skip
    assert [label.split("] ")[-1] for label in labels(app)] == counted
    assert [":material/help:" in label for label in labels(app)] == [False, False, True, True]
    own = app.session_state["_upload"]
    assert own.verdict.unknown_events == {"odd": 3, "rare": 1} and own.unmapped() == ["odd", "rare"]
    for box, meaning in (("odd", "click"), ("rare", LEFT_OUT)):
        next(each for each in app.selectbox if box in each.label).set_value(meaning).run()
    pressed(app, "check_files")
    assert not own.verdict.total and own.verdict.data.interactions["event"].value_counts()["click"] == 3


def test_a_mapping_goes_out_and_comes_back(app: AppTest) -> None:
    log = LOG.replace("view", "odd")
    upload(app, {"items": ITEMS.replace("item_id", "sku").replace("title", "what"), "log": log})
    own = app.session_state["_upload"]
    own.choose("items", "title", "what")
    own.events["odd"] = LEFT_OUT
    text = _as_json(own)
    mapping = json.loads(text)
    check_mapping(mapping)
    assert mapping == {"items": {"sku": "item_id", "what": "title", "colour": "colour", "price": "price"},
                       "interactions": {name: name for name in ("user_id", "item_id", "timestamp", "event")},
                       "events": {"buy": "buy", "odd": ""}}  # fmt: skip
    own.choose("items", "title", "")
    own.events["odd"] = ""
    app.file_uploader(key="upload_mapping_0").set_value(("m.json", text.encode(), "application/json"))
    fine(app.run())
    assert json.loads(_as_json(own)) == mapping and own.names["items"]["title"] == "what"
    assert "_mapping_refused" not in app.session_state or app.session_state["_mapping_refused"] is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{", "bad_mapping"),
        ('{"items": {"sku": 3}}', "bad_mapping"),
        ('{"items": {"nowhere": "title"}}', "mapped_column"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_and_changes_nothing(app: AppTest, text: str, kind: str) -> None:
    upload(app, {"items": ITEMS})
    own = app.session_state["_upload"]
    before = dict(own.names["items"])
    app.file_uploader(key="upload_mapping_0").set_value(("m.json", text.encode(), "application/json"))
    fine(app.run())
    assert own.names["items"] == before
    assert app.session_state["_mapping_refused"].kind == kind and words(app, f"problem.{kind}") in said(app)


def test_ten_products_are_shown_as_they_will_look(app: AppTest) -> None:
    mapping = {"items": {"Body (HTML)": "description"}}
    upload(app, {"items": re.sub(r"(\d\d\.\d\d)", r"€\1", SHOPIFY), "log": SHOPIFY_LOG})
    assert mapping["items"].items() <= app.session_state["_upload"].mapping()["items"].items()
    pressed(app, "check_files")
    radio = next(each for each in app.radio if str(each.key).startswith("answer_variants"))
    radio.set_value("merge").run()
    settled(app)
    heads = [words(app, f"field.{name}") for name in ("title", "category", "price", "stock", "item_id")]
    shown = next(
        each.value for each in app.dataframe if words(app, "field.title") in each.value and len(each.value) == 2
    )
    assert list(shown) == heads
    assert shown[heads[0]].tolist() == ["Stoneware mug", "Linen apron"] and shown[heads[3]].tolist() == [7.0, 8.0]
    assert shown[heads[2]].tolist() == [12.5, 29.0]


def test_columns_of_every_layout_go_round() -> None:
    """What `column_mapping` makes of a reading of a mapping is the mapping."""
    for layout in LAYOUTS:
        for name, path in layout.files.items():
            theirs = path.read_text().splitlines()[0].replace(";", ",").replace("\t", ",").split(",")
            mapping = {column: ours for column, ours in layout.mapping.get(name, {}).items() if column in theirs}
            names, left_out = columns_of_mapping(name, theirs, mapping)
            again = column_mapping(name, theirs, names, left_out)
            assert mapping.items() <= again.items()
            assert all(column == ours or (column, ours) in mapping.items() for column, ours in again.items())

"""Forms of files: the same shop comes out of every form that is read, and what is not read is named."""

import gzip
import json
import re
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import FileOptions, InputError, check_shop, peek, read_shop
from engine.data.reading.encodings import ENCODINGS, guess
from tests.data.files import write
from tests.data.malformed import parquet, zipped
from tests.data.workbooks import packed, sheet_xml, workbook

TEXT = "item_id,title,price\n007,椅子 é,12.50\n1e5,Blue lamp,3\n"
WESTERN = TEXT.replace("椅子 ", "chair ")
ROWS = [{"item_id": "007", "title": "椅子 é", "price": 12.50}, {"item_id": "1e5", "title": "Blue lamp", "price": 3}]
SHEET = [["item_id", "title", "price"], ["007", "椅子 é", 12.5], ["1e5", "Blue lamp", 3]]

FORMS: dict[str, str | bytes] = {
    "UTF-8": TEXT,
    "a byte order mark": TEXT.encode("utf-8-sig"),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16, the other order": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-32": TEXT.encode("utf-32"),
    "tabs": TEXT.replace(",", "\t"),
    "semicolons": TEXT.replace(",", ";"),
    "bars": TEXT.replace(",", "|"),
    "tabs in UTF-16, as Excel's Unicode text": TEXT.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
    "sep=": "sep=;\r\n" + TEXT.replace(",", ";").replace("\n", "\r\n"),
    "a byte order mark and sep=": ("sep=,\n" + TEXT).encode("utf-8-sig"),
    "line ends of an old Mac": TEXT.replace("\n", "\r"),
    "sep= and line ends of an old Mac": "sep=|\r" + TEXT.replace(",", "|").replace("\n", "\r"),
    "blank lines first": "\n\n" + TEXT,
    "gzip": gzip.compress(TEXT.replace(",", ";").encode("utf-16")),
    "JSON array": json.dumps(ROWS),
    "JSON array over lines": json.dumps(ROWS, indent=2, ensure_ascii=False),
    "JSON lines": "\n".join(json.dumps(row) for row in ROWS),
    "JSON lines in UTF-16": "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode("utf-16"),
    "JSON packed": gzip.compress(json.dumps(ROWS).encode()),
    "gzip in two members": gzip.compress(TEXT[:20].encode()) + gzip.compress(TEXT[20:].encode()),
    "zip": zipped({"items.csv": TEXT}),
    "zip as macOS makes it": zipped({"items/items.csv": TEXT, "__MACOSX/items/._items.csv": "x", ".DS_Store": "x"}),
    "zip of JSON lines": zipped({"items.json": "\n".join(json.dumps(row) for row in ROWS)}),
    "Excel": workbook({"Items": SHEET}),
    "Excel with texts alone": workbook({"Items": [[str(cell) for cell in row] for row in SHEET]}),
    "Excel with an empty and a hidden sheet": workbook({"Hidden": [["x"]], "Items": SHEET, "Empty": []}, ["Hidden"]),
    "Excel with empty rows and columns": workbook(
        {"Items": [[], [None, *SHEET[0]], [], *([None, *row] for row in SHEET[1:])]}
    ),
    "Excel packed": gzip.compress(workbook({"Items": SHEET})),
    "Parquet": parquet(pd.DataFrame(ROWS)),
    "Parquet packed": gzip.compress(parquet(pd.DataFrame(ROWS))),
}


def items_of(path: Path, **more: object) -> list[list[object]]:
    return read_shop(path, **more).items[["item_id", "title", "price"]].to_numpy().tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_shop_from_every_form(form: str, tmp_path: Path) -> None:
    path = write(tmp_path, "items.any", FORMS[form])
    assert items_of(path) == [["007", "椅子 é", 12.5], ["1e5", "Blue lamp", 3.0]]
    assert peek(path, 1).cells.to_numpy().tolist()[0][:2] == ["007", "椅子 é"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_that_is_named_is_read(encoding: str, tmp_path: Path) -> None:
    text = "item_id,title\n1,Grün\n" if encoding in ("windows-1252", "iso-8859-15") else "item_id,title\n1,Oak\n"
    path = write(tmp_path, "items.csv", text.encode(encoding))
    options = {"items": FileOptions(encoding=encoding)}
    assert read_shop(path, options=options).items["title"][0] == text.split(",")[-1].strip()


def refused(path: Path, **more: object) -> tuple[str, int | None, dict[str, str]]:
    with pytest.raises(InputError) as error:
        read_shop(path, **more)  # type: ignore[arg-type]
    problem = error.value.problems[0]
    assert problem.file == path.name and problem.fix
    return problem.kind, problem.line, dict(problem.details)


@pytest.mark.parametrize(
    ("encoding", "text", "sample"),
    [("gb18030", "商品编号,名称\n1,木椅\n", 0), ("gb18030", "item_id,title\n1,棉质连衣裙 夏季新款\n", 1),
     ("big5", "item_id,title\n1,純棉連身裙\n2,木製椅子\n", 1), ("shift_jis", "商品番号,名前\n1,オーク椅子\n", 0),
     ("euc_jp", "商品番号,名前\n1,青いランプ\n", 0), ("euc_kr", "상품번호,이름\n1,나무 의자\n", 0),
     ("windows-1252", "item_id,title\n1,Théière\n", 1), ("windows-1252", "item_id,title\n1,Grün €\n2,Smørrebrød\n", 1),
     ("windows-1250", "item_id,title\n1,Żółte krzesło\n", 1), ("windows-1251", "item_id,title\n1,Зелёный стул\n", 1),
     ("windows-1253", "item_id,title\n1,Πράσινη καρέκλα\n", 1),
     ("utf-16-le", "item_id,title\n1,椅子\n", 0), ("utf-16-be", "item_id,title\n1,a\n", 0)],
)  # fmt: skip
def test_an_encoding_is_never_guessed_but_named(encoding: str, text: str, sample: int, tmp_path: Path) -> None:
    content = text.encode(encoding)
    path = write(tmp_path, "items.csv", content)
    kind, _, details = refused(path)
    assert (kind, details["encoding"], details["sample"]) == ("other_encoding", encoding, text.splitlines()[sample])
    assert guess(content) == encoding
    named = {"items": FileOptions(encoding=encoding, header=("item_id", "title"))}
    assert read_shop(path, options=named, drop_bad=True).items["title"].iloc[-1] == text.split(",")[-1].strip()


def test_the_wrong_encoding_is_said_and_an_unknown_one_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "items.csv", b"item_id,title\n1,a\n" + b"2,\xff\xff\n")
    kind, line, details = refused(path, options={"items": FileOptions(encoding="gb18030")})
    assert (kind, line, details) == ("not_encoded", 3, {"encoding": "gb18030"})
    with pytest.raises(InputError):
        FileOptions(encoding="rot13")


def test_a_header_that_no_text_can_hold_is_not_skipped(tmp_path: Path) -> None:
    """Dropping bad rows must not drop the header and take the first row for it."""
    path = write(tmp_path, "items.csv", b"item_id,title\xe9\nid9,title9\n1,a\n")
    assert refused(path, drop_bad=True)[:2] == ("other_encoding", 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("7,1027,buy,1704120960\n8,1028,pv,1704120961\n", "headerless"),
        ("1001,Oak chair,12.5\n1002,Rug,3\n", "headerless"),
        ("Artikel,Farbe,2023\n1,rot,5\n2,blau,6\n", "missing_column"),  # a year may be a name beside others
        ("sku,name\n1,a\n", "missing_column"),
        ("Report\n\n1;rot\n2;rot\n", "title_line"),
        (",item_id,title\nx,a,b\n", "unnamed_column"),
    ],
)
def test_what_is_above_the_rows(text: str, kind: str, tmp_path: Path) -> None:
    assert refused(write(tmp_path, "items.csv", text))[0] == kind


@pytest.mark.parametrize(
    ("text", "line", "kinds"),
    [
        ("sep=,\nOur shop\n\n\nsku,name\n1,a\n", 6, ["title_skipped"]),
        ("# 3 rows\nsku;name;farbe\n1;a;rot\n2;b;blau\n", 3, ["title_skipped"]),
        ("Export,2024-01-01\nsku,name\n1,a\n", 3, ["title_skipped"]),
        (",sku,name\n0,1,a\n1,2,b\n", 2, ["index_skipped"]),
        ("Unnamed: 0,sku,name\n1,1,a\n2,2,b\n", 2, ["index_skipped"]),
        ("Products;;\n;sku;name\n0;1;a\n1;2;b\n", 3, ["title_skipped", "index_skipped"]),
    ],
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_titles_and_index_columns_are_passed_over_and_said(
    text: str, line: int, kinds: list[str], form: str, tmp_path: Path
) -> None:
    rows = [re.split("[,;]", row) for row in text.splitlines()]
    content = workbook({"Sheet1": rows[text.startswith("sep=") :]}) if form == "xlsx" else text
    table = peek(write(tmp_path, "items", content))
    assert table.names[:2] == ["sku", "name"] and table.cells.iloc[0, :2].tolist() == ["1", "a"]
    assert table.lines[0] == line - (form == "xlsx" and text.startswith("sep="))
    assert [note.kind for note in table.notes if note.kind != "sheet_read"] == kinds


def test_what_was_passed_over_is_a_note_of_the_check(tmp_path: Path) -> None:
    path = write(tmp_path, "items.csv", "Our shop\n\n,sku,name\n0,1,a\n1,2,b\n")
    mapping = {"items": {"sku": "item_id", "name": "title"}}
    verdict = check_shop(path, mapping=mapping)
    notes = {question.kind: question.line for question in verdict.questions}
    assert notes == {"title_skipped": 1, "index_skipped": 3} and not verdict.open
    assert verdict.shop(False).items.to_numpy().tolist() == [["1", "a"], ["2", "b"]]
    problem = refused(path)
    assert problem[:2] == ("missing_column", 3)


def test_names_are_given_to_a_file_without_a_header(tmp_path: Path) -> None:
    path = write(tmp_path, "items.csv", "1,Oak chair,12.5\n2,Rug,3\n")
    given = {"items": FileOptions(header=("item_id", "title", "price"))}
    assert items_of(path, options=given) == [["1", "Oak chair", 12.5], ["2", "Rug", 3.0]]
    numbered = {"items": FileOptions(header=())}
    mapping = {"items": {"column 1": "item_id", "column 2": "title", "column 3": "price"}}
    assert items_of(path, options=numbered, mapping=mapping) == items_of(path, options=given)
    assert refused(path, options={"items": FileOptions(header=("item_id", "title"))})[0] == "header_width"
    for content in ("item_id,title,price\n1,Oak chair,12.5\n", '[{"item_id": "1", "title": "a", "price": 1}]'):
        again = write(tmp_path, "again.csv", content)
        if content.startswith("["):
            assert refused(again, options=given)[0] == "header_unused"
        else:  # the very same names: no row of data
            assert items_of(again, options=given) == [["1", "Oak chair", 12.5]]


def part(folder: Path, name: str, **columns: list[object]) -> None:
    folder.mkdir(exist_ok=True)
    pd.DataFrame(columns).to_parquet(folder / name)


def test_a_folder_of_parquet_parts_is_one_table(tmp_path: Path) -> None:
    folder = tmp_path / "items.parquet"
    part(folder, "part-1.parquet", item_id=["a", "b"], title=["x", "y"], price=[1.0, 2.0])
    part(folder, "part-2.parquet", title=["z"], price=[3], item_id=["c"])
    (folder / "_SUCCESS").touch()
    assert items_of(folder) == [["a", "x", 1.0], ["b", "y", 2.0], ["c", "z", 3.0]]
    assert len(peek(folder, 1).cells) >= 1


def test_a_problem_of_a_part_is_located_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "items"
    part(folder, "a.parquet", item_id=["a", "b"], title=["x", "y"], price=[1.0, 2.0])
    part(folder, "b.parquet", item_id=["c", "d"], title=["x", "y"], price=[1.0, -2.0])
    with pytest.raises(InputError) as error:
        read_shop(folder)
    (problem,) = error.value.problems
    assert (problem.file, problem.line, problem.column, problem.value) == ("items/b.parquet", 2, "price", "-2")
    (folder / "c.parquet").write_bytes(b"PAR1" + b"\0" * 50)
    with pytest.raises(InputError) as error:
        read_shop(folder)
    assert [(each.file, each.kind) for each in error.value.problems] == [("items/c.parquet", "broken_parquet")]
    part(folder, "c.parquet", item_id=["e"], title=["x"])
    assert [each.column for each in _problems(folder)] == ["price"]
    (folder / "c.parquet").write_text("item_id,title\n")
    assert [(each.kind, each.value) for each in _problems(folder)] == [("folder_form", "c.parquet")]


def _problems(path: Path) -> list:  # type: ignore[type-arg]
    with pytest.raises(InputError) as error:
        read_shop(path)
    return error.value.problems


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_a_column_that_is_left_out_is_not_judged(form: str, tmp_path: Path) -> None:
    path = tmp_path / "items"
    frame = pd.DataFrame({"item_id": ["1"], "title": ["a"], "tags": [["x", "y"]]})
    if form == "csv":
        path.write_text("item_id,title,tags,tags,\n1,a,x,y,z\n")
    elif form == "json":
        frame.to_json(path, orient="records")
    else:
        frame.to_parquet(path)
    if form == "csv":
        with pytest.raises(InputError):
            read_shop(path)
    else:  # a further column of lists is left out, and that is said
        assert list(read_shop(path).items) == ["item_id", "title"]
        assert [question.kind for question in check_shop(path).questions] == ["nested_columns"]
        with pytest.raises(InputError) as error:
            read_shop(path, mapping={"items": {"tags": "category"}})
        assert error.value.problems[0].kind == "nested_column"
    left_out = {"tags": "", **({"": ""} if form == "csv" else {})}
    assert list(read_shop(path, mapping={"items": left_out}).items) == ["item_id", "title"]
    with pytest.raises(InputError) as error:  # one that is not there is a mistake all the same
        read_shop(path, mapping={"items": {**left_out, "tagz": ""}})
    assert error.value.problems[0].kind == "mapped_column"


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=12)
NAMED = st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6)


@settings(deadline=None, max_examples=40)
@given(NAMED, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
def test_any_text_survives_delimiters_and_encodings(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], delimiter: str, encoding: str
) -> None:
    quoted = [[str(at), *row] for at, row in enumerate(cells)]
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in quoted]
    path = tmp_path_factory.mktemp("any") / "items.csv"
    path.write_bytes("\n".join([delimiter.join(("item_id", "title", "description")), *lines]).encode(encoding))
    options = FileOptions(encoding="gb18030" if encoding == "gb18030" else "")
    assert peek(path, 99, options).cells.to_numpy().tolist() == quoted


@settings(deadline=None, max_examples=40)
@given(NAMED, st.booleans(), st.sampled_from([None, 1]), st.booleans())
def test_any_text_survives_json(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], array: bool, indent: int | None, plain: bool
) -> None:
    rows = [{"item_id": str(at), "title": a, "description": b} for at, (a, b) in enumerate(cells)]
    lines = [json.dumps(row, ensure_ascii=plain) for row in rows]
    text = json.dumps(rows, ensure_ascii=plain, indent=indent) if array else "\n".join(lines)
    path = tmp_path_factory.mktemp("any") / "items.json"
    path.write_text(text, encoding="utf-8", newline="")
    assert peek(path, 99).cells.to_dict("records") == rows


IN_EXCEL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=12
)
CELLS = st.lists(st.tuples(IN_EXCEL, IN_EXCEL), min_size=1, max_size=6)


@settings(deadline=None, max_examples=25)
@given(CELLS, st.sampled_from(["xlsx", "zip", "gzip", "parquet"]), st.sampled_from([",", ";", "\t", "|"]))
def test_any_text_survives_what_unfolds(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], form: str, delimiter: str
) -> None:
    header, rows = ["item_id", "title", "description"], [[str(at), *row] for at, row in enumerate(cells)]
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [header, *rows]]
    contents = {
        "xlsx": lambda: workbook({"Items": [header, *rows]}),
        "zip": lambda: zipped({"items.csv": "\n".join(lines)}),
        "gzip": lambda: gzip.compress("\n".join(lines).encode()),
        "parquet": lambda: parquet(pd.DataFrame(rows, columns=header)),
    }
    path = tmp_path_factory.mktemp("any") / "items"
    path.write_bytes(contents[form]())
    assert peek(path, 99).cells.to_numpy().tolist() == rows


def test_times_and_numbers_of_a_sheet_are_what_they_were(tmp_path: Path) -> None:
    moment = datetime(2024, 3, 4, 15, 30, 5)
    rows = [["user_id", "item_id", "timestamp", "quantity", "value"], [17850, "007", moment, 2, 12.5],
            [17851.0, "007", date(2024, 3, 5), 1, 1e15], ["A", "007", "2024-03-06", True, None]]  # fmt: skip
    table = peek(write(tmp_path, "log.xlsx", workbook({"Log": rows})))
    assert table.cells.to_numpy().tolist() == [
        ["17850", "007", "2024-03-04 15:30:05", "2", "12.5"],
        ["17851", "007", "2024-03-05", "1", "1000000000000000"],
        ["A", "007", "2024-03-06", "true", ""],
    ]
    assert table.lines.tolist() == [2, 3, 4] and table.floats == {"value"}


def test_errors_of_excel_are_no_silent_gaps(tmp_path: Path) -> None:
    cells = [["item_id", "title", "price"], ["1", "a", "<error>"], ["2", "b", 3]]
    error = '<c r="C2" t="inlineStr"><is><t xml:space="preserve">&lt;error&gt;</t></is></c>'
    sheet = sheet_xml(cells).replace(error, '<c r="C2" t="e"><v>#N/A</v></c>')
    verdict = check_shop(write(tmp_path, "items.xlsx", packed({"Items": sheet})))
    assert [question.details["n"] for question in verdict.questions if question.kind == "error_cells"] == [1]
    assert verdict.shop(False).items["price"].isna().tolist() == [True, False]


def test_an_object_around_the_rows_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "items.json", '{"items": [{"item_id": "1", "title": "a"}]}')
    assert refused(path)[0] == "nested_column"


def test_a_sheet_that_is_named_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "items.xlsx", workbook({"A, b": [["x"]], "Goods": SHEET, "Old": SHEET[:2]}))
    assert refused(path)[2]["sheets"].split("/") == ["A, b", "Goods", "Old"]
    assert len(read_shop(path, options={"items": FileOptions(sheet="Old")}).items) == 1
    assert refused(path, options={"items": FileOptions(sheet="Older")})[0] == "unknown_sheet"
    assert refused(write(tmp_path, "a.csv", TEXT), options={"items": FileOptions(sheet="Old")})[0] == "sheet_unused"


def test_a_long_array_is_read_in_pieces_and_keys_may_be_lacking(tmp_path: Path) -> None:
    rows = [{"item_id": str(at), "title": "t" * 90, **({"brand": "B"} if at == 59_999 else {})} for at in range(60_000)]
    path = write(tmp_path, "items.json", json.dumps(rows))
    found = peek(path, 70_000).cells
    assert found["item_id"].tolist() == [row["item_id"] for row in rows]
    assert found["brand"].iloc[-1] == "B" and (found["brand"].iloc[:-1] == "").all()


def test_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    path = write(
        tmp_path, "items.json", '[{"item_id": 10000000000000000001, "title": true, "price": 1.10, "stock": null}]'
    )
    assert peek(path).cells.to_numpy().tolist() == [["10000000000000000001", "true", "1.10", ""]]


def test_what_is_told_names_the_form(tmp_path: Path) -> None:
    assert refused(write(tmp_path, "a.csv", b"BZh91AY&SY"))[2] == {"form": "bzip2"}
    assert refused(write(tmp_path, "b.csv", "<rss><item>1</item></rss>"))[2] == {"form": "XML"}
    assert re.search("Excel", refused(write(tmp_path, "c.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))[2]["form"])
    assert (
        refused(write(tmp_path, "d.csv", "<TICKER>,<DATE>\na,2024-01-01\n"))[0] == "missing_column"
    )  # CSV all the same

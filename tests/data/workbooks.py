"""Small Excel workbooks, written by hand, so that a test says exactly what stands in a cell."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

Cell = str | int | float | bool | date | None
OFFICE = "http://schemas.openxmlformats.org"
TYPES = (
    f'<?xml version="1.0"?><Types xmlns="{OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELATIONS = f'<?xml version="1.0"?><Relationships xmlns="{OFFICE}/package/2006/relationships">{{}}</Relationships>'
RELATION = f'<Relationship Id="rId{{}}" Type="{OFFICE}/officeDocument/2006/relationships/{{}}" Target="{{}}"/>'
MAIN = f'xmlns="{OFFICE}/spreadsheetml/2006/main"'
BOOK = f'<workbook {MAIN} xmlns:r="{OFFICE}/officeDocument/2006/relationships"><sheets>{{}}</sheets></workbook>'
STYLES = (
    f'<styleSheet {MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>"
)
EPOCH = datetime(1899, 12, 30)


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]], hidden: Sequence[str] = ()) -> bytes:
    """An .xlsx file with these sheets. Text becomes text, numbers become numbers, dates become dates."""
    return packed({name: sheet_xml(rows) for name, rows in sheets.items()}, hidden)


def packed(sheets: Mapping[str, str | Iterable[str]], hidden: Sequence[str] = (), texts: str = "") -> bytes:
    """An .xlsx file with sheets (in one piece or several), and shared texts, that are XML already."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", TYPES)
        book.writestr("_rels/.rels", RELATIONS.format(RELATION.format(1, "officeDocument", "xl/workbook.xml")))
        names, relations = [], [RELATION.format(100, "styles", "styles.xml")]
        for number, (name, content) in enumerate(sheets.items(), 1):
            state = ' state="hidden"' if name in hidden else ""
            names.append(f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"{state}/>')
            relations.append(RELATION.format(number, "worksheet", f"worksheets/sheet{number}.xml"))
            with book.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as sheet:
                for piece in [content] if isinstance(content, str) else content:
                    sheet.write(piece.encode())
        if texts:
            relations.append(RELATION.format(101, "sharedStrings", "sharedStrings.xml"))
            book.writestr("xl/sharedStrings.xml", texts)
        book.writestr("xl/workbook.xml", BOOK.format("".join(names)))
        book.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format("".join(relations)))
        book.writestr("xl/styles.xml", STYLES)
    return out.getvalue()


def sheet_xml(rows: Sequence[Sequence[Cell]]) -> str:
    """The XML of a sheet."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(_cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    return f"<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"


def _cell(place: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return f'<c r="{place}" s="1"><v>{(moment - EPOCH).total_seconds() / 86400!r}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'

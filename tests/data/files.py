"""Small files for tests of reading and checking."""

import csv
import io
from pathlib import Path

ITEMS = "item_id,title,brand,price\n007,Oak chair,None,12.5\n1e5,Blue lamp,NA,3\nx,Rug,,\n"
LOG = "user_id,item_id,timestamp,event\nu1,007,2024-01-02T10:00:00Z,buy\nu2,1e5,2024-01-03,view\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def csv_text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue()

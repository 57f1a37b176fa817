"""Files that a user brings: kept on disk for their session, with the mapping they chose and what the check said.

Streamlit starts the next run of a session's script before the last one has ended: with two files at once, or a click
while a file is read, two threads work with one `Upload`. So its methods take turns, and a page holds `turn` while it
draws.
"""

import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from engine.data import Choices, FileOptions, InputError, Verdict, check_shop, peek, save_shop
from engine.data.intake.mapping import Names, rename
from engine.data.intake.questions import Question
from engine.data.reading.columns import SCHEMAS, WITH_EVENTS
from engine.data.reading.findings import Table
from engine.data.storage.private import make_file, make_folder
from ui.background.jobs import Job
from ui.data import upload_mapping
from ui.data.turns import in_turn
from ui.data.upload_answers import answered
from ui.data.upload_forms import FORMS, file_name, log_table

SHOWN_EVENTS = 48
LOOKED = 20_000  # first rows that are kept: for the preview, item ids, and the events that occur


@dataclass
class Upload:
    """What one session is bringing in.

    form: the kind of files, a key of `FORMS`. options: {table: what its file does not say itself}. names: {table: {our
    column: their column, "" for none}}. left_out: {table: further columns not to keep}. events: {their event: ours, ""
    for none, LEFT_OUT}. met: their events that a check did not know, with their lines; they can be given a meaning also
    after its verdict is gone. lines: {their event: its lines in the whole log}, once a check has counted them. touched:
    tables whose mapping the user changed; they are not suggested anew. choices, questions: the answers so far, and what
    the last check asked, also while another one runs.
    """

    folder: Path
    form: str = "orders"
    files: dict[str, Path] = field(default_factory=dict)
    peeked: dict[str, Table] = field(default_factory=dict)
    refused: dict[str, InputError] = field(default_factory=dict)
    options: dict[str, FileOptions] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    choices: Choices = field(default_factory=Choices)
    questions: list[Question] = field(default_factory=list)
    job: Job | None = None
    verdict: Verdict | None = None
    failed: InputError | str | None = None
    round: int = 0  # how often everything was cleared: uploaders of another round are empty
    turn: Any = field(default_factory=threading.RLock, repr=False)

    @in_turn
    def shape(self, form: str) -> None:
        """Bring in files of another form; those that it does not have are forgotten."""
        self.form = form
        for table in [table for table in self.files if table not in FORMS[form]]:
            self.drop(table)

    @in_turn
    def take(self, table: str, name: str, content: BinaryIO) -> None:
        """Keep a file that was just uploaded, and suggest what its columns are."""
        self.drop(table)
        path = self.folder / file_name(name, table, {path.name for path in self.files.values()})
        make_folder(self.folder)
        make_file(path)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file, 1 << 20)
        self.files[table] = path
        self._look(table)

    @in_turn
    def read_as(self, table: str, options: FileOptions) -> None:
        """Read the first rows of a file again, with the options that the user gave."""
        self.changed()
        self.options[table] = options
        self._look(table)

    def _look(self, table: str) -> None:
        self.refused.pop(table, None)
        try:
            self.peeked[table] = peek(self.files[table], LOOKED, self.options.get(table))
        except InputError as refused:
            self.refused[table] = refused
        self._suggest()

    @in_turn
    def drop(self, table: str) -> None:
        """Forget a file."""
        self.changed()
        if path := self.files.pop(table, None):
            path.unlink(missing_ok=True)
        for mapping in (self.peeked, self.refused, self.options, self.names, self.left_out):
            mapping.pop(table, None)
        if table in WITH_EVENTS:
            self.met, self.lines = {}, {}
        self.choices, self.questions = Choices(), []  # the answers were given for other files
        self.touched.discard(table)

    @in_turn
    def choose(self, table: str, ours: str, theirs: str) -> None:
        """Map a column; the column of theirs leaves the one it was mapped to before."""
        names = self.names[table]
        for other in names:
            if theirs and names[other] == theirs:
                names[other] = ""
        names[ours] = theirs
        self.touched.add(table)
        if table == "items" and ours == "item_id":
            self._suggest()
        self.changed()
        self.questions = []  # the questions were about other columns
        if ours == "event":
            self.met, self.lines = {}, {}
            self._suggest_events()

    @in_turn
    def changed(self) -> None:
        """Cancel a running check and discard the last result, which is no longer valid."""
        if self.job is not None:
            self.job.cancel()
        self.met = self._met()
        self.job = self.verdict = self.failed = None

    @in_turn
    def further(self, table: str) -> list[str]:
        """Their columns that are none of ours, and can be kept beside them."""
        taken = set(self.names[table].values()) | set(SCHEMAS[table])
        return [name for name in self.peeked[table].names if name not in taken]

    @in_turn
    def event_values(self) -> list[str]:
        """The distinct events of the first rows, and those that the check did not know."""
        log = log_table(self.names)
        column = self.names.get(log, {}).get("event", "")
        if not column:
            return []
        values = dict.fromkeys([*self.peeked[log].cells[column], *self._met()])
        return [value for value in values if value.strip()][:SHOWN_EVENTS]

    @in_turn
    def unmapped(self) -> list[str]:
        """Events that the last check did not know, and that have no meaning yet."""
        return [event for event in self._met() if not self.events.get(event)][:SHOWN_EVENTS]

    def _met(self) -> dict[str, int]:
        return self.met if self.verdict is None else self.met | self.verdict.unknown_events

    @in_turn
    def mapping(self) -> dict[str, dict[str, str]]:
        """What was chosen, as `read_shop` takes it."""
        tables = {
            table: upload_mapping.column_mapping(table, self.peeked[table].names, names, self.left_out.get(table, []))
            for table, names in self.names.items()
        }
        return tables | {"events": upload_mapping.event_mapping(self.events, self.event_values())}

    @in_turn
    def use_mapping(self, mapping: Names) -> None:
        """Take what a mapping file says of the tables that are here. Raises InputError for a column that is missing."""
        named = {table: names for table, names in mapping.items() if table in self.peeked}
        for table, names in named.items():
            rename(self.peeked[table], names)
        self.changed()
        for table, names in named.items():
            self.names[table], self.left_out[table] = upload_mapping.columns_of_mapping(
                table, self.peeked[table].names, names
            )
            self.touched.add(table)
        self.events |= upload_mapping.events_of_mapping(mapping)
        self.questions = []

    @in_turn
    def answer(self, question: Question, option: str) -> None:
        """Store an answer, and check again to learn its cost."""
        self.decide(answered(question, option, self.choices))

    @in_turn
    def decide(self, choices: Choices) -> None:
        """Store the answers, and check again."""
        self.choices = choices
        self.check()

    @in_turn
    def leave_out(self, file: str, ours: str, theirs: str) -> None:
        """Do not read a column, and check again."""
        table = next(table for table, path in self.files.items() if path.name == file)
        if ours in self.names[table]:
            self.choose(table, ours, "")
        else:
            self.left_out.setdefault(table, []).append(theirs)
        self.check()

    @in_turn
    def check(self) -> None:
        """Start to read and check all files."""
        self.changed()
        files: dict[str, Any] = dict(self.files)
        settings: Any = {"mapping": self.mapping(), "options": dict(self.options), "choices": self.choices}
        self.job = Job("check", lambda report: check_shop(**files, **settings, report=report))

    @in_turn
    def learn(self, verdict: Verdict) -> None:
        """Store the result of the check, and suggest a meaning for the events that occur."""
        self.verdict, self.questions = verdict, verdict.questions
        self.met, self.lines = self._met(), verdict.events
        self._suggest_events()

    @in_turn
    def prepare(self, name: str) -> None:
        """Start to store the checked shop, without the rows that have problems."""
        assert self.verdict is not None and self.verdict.data is not None
        data, self.failed = self.verdict.data, None
        self.job = Job("prepare", lambda _report: save_shop(data, name))

    @in_turn
    def clear(self) -> None:
        """Remove all files, choices and answers of the upload."""
        self.changed()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.met, self.lines = {}, {}
        self.choices, self.questions = Choices(), []
        by_table = (self.files, self.peeked, self.refused, self.options, self.names, self.left_out)
        for collection in (*by_table, self.events, self.touched):
            collection.clear()
        self.round += 1

    def _suggest(self) -> None:
        """Suggest the columns of every table that the user has not mapped."""
        for table, peeked in self.peeked.items():
            if table not in self.touched:
                self.names[table] = upload_mapping.suggested_columns(table, peeked, self._ids())
        self._suggest_events()

    def _suggest_events(self) -> None:
        for value, ours in upload_mapping.suggested_events(self.event_values()).items():
            self.events.setdefault(value, ours)

    def _ids(self) -> list[str]:
        column = self.names.get("items", {}).get("item_id", "")
        return self.peeked["items"].cells[column].tolist() if column and "items" in self.peeked else []

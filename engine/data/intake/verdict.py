"""The verdict on a shop's files: everything that is wrong or open, and what each way to continue would lose."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.data.dataset import Dataset
from engine.data.intake.choices import Choices
from engine.data.intake.event_columns import event_counts, unknown_events
from engine.data.intake.intake import Given, Options, assembled, given_files, read_all
from engine.data.intake.interpret import check_all, dropping, interpret
from engine.data.intake.losses import POSITIVES, RowLoss, losses_of
from engine.data.intake.mapping import EVENT_NAMES, Names, check_mapping
from engine.data.intake.questions import Question
from engine.data.intake.written_forms import currency_of
from engine.data.problems import InputError, Problem, Progress, silent
from engine.data.reading.columns import WITH_EVENTS
from engine.data.reading.findings import Count, Findings, LeftOut


@dataclass(frozen=True)
class Verdict:
    """What a check says of some files.

    problems: at most 1,000 of the `total`. counts: how often, by file, column and kind. questions: what is to decide
    and to know. rows: {table: rows in the file, and those left}. losses: of "items", "interactions", "shoppers" and
    "positives" (buys; see `positive`), for what the files hold, once bad rows are dropped. dropped: the reasons for
    which rows go, counted like `counts`; a product that goes takes its log lines with it. emptied, left_out: cells and
    rows that are not read by choice. if_emptied: the losses if cells that cannot be read and may be missing were
    emptied first; None where there is no such cell, or it is chosen already. events: {their event: its lines in the
    whole log}; unknown_events: those without a meaning, the most frequent first. data: the shop without its bad rows,
    None where that cannot be had: `refusal` says why, and `rows` and `losses` are empty then.
    """

    problems: list[Problem]
    total: int
    counts: list[Count]
    questions: list[Question] = field(default_factory=list)
    rows: dict[str, RowLoss] = field(default_factory=dict)
    losses: dict[str, RowLoss] = field(default_factory=dict)
    positive: str = POSITIVES[0]
    dropped: list[Count] = field(default_factory=list)
    emptied: list[Count] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    if_emptied: dict[str, RowLoss] | None = None
    events: dict[str, int] = field(default_factory=dict)
    unknown_events: dict[str, int] = field(default_factory=dict)
    data: Dataset | None = None
    refusal: list[Problem] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        """How many rows dropping would leave out, beside those that are left out by choice."""
        chosen = sum(gone.number for gone in self.left_out if gone.kind == "odd_date")  # the others never were rows
        return sum(loss.lost for loss in self.rows.values()) - chosen

    @property
    def open(self) -> list[Question]:
        """The questions that have to be answered before the shop can be prepared."""
        return [question for question in self.questions if question.open]

    def shop(self, drop_bad: bool) -> Dataset:
        """The shop. Raises InputError while questions are open or, unless bad rows may be dropped, with problems."""
        unanswered = [question.problem() for question in self.open]
        if unanswered or self.data is None or (self.total and not drop_bad):
            hopeless = self.refusal if drop_bad else []
            problems = [] if drop_bad and self.refusal else self.problems
            raise InputError(
                [*hopeless, *unanswered, *problems], len(hopeless) + len(unanswered) + (self.total if problems else 0)
            )
        return self.data


def read_shop(
    items: Given = None,
    interactions: Given = None,
    users: Given = None,
    promotions: Given = None,
    mapping: Names | None = None,
    name: str | None = None,
    drop_bad: bool = False,
    report: Progress = silent,
    options: Options | None = None,
    choices: Choices | None = None,
    **single: Given,
) -> Dataset:
    """A Dataset from CSV or JSON (plain or gzip) or Parquet files in the schema of `columns.py`.

    mapping: {table: {their column: our column}}, and {"events": {their event: our event, "" to leave its lines out}}.
    name: what pages call the shop; the folder of the first file by default.
    drop_bad: leave bad rows out, counted by file in `Dataset.dropped`, instead of refusing the load.
    options: {table: what its file does not say itself}.
    choices: the answers to what `check_shop` asks; `drop_bad` is one of them.
    single: `orders`, `reviews` or `activity` (clicks and views): one file instead of items and interactions, from which
        products, log and groups of shoppers are derived.

    Further columns of items, users and promotions are kept as text; those of interactions are ignored. A
    shopper of the log need not be in `users`: their groups are unknown. Without an event column every line is a
    `rate` if there are ratings, else a `buy`. Raises InputError with all problems and open questions; nothing is
    written.
    """
    choices = choices or Choices(drop_bad=drop_bad)
    verdict = check_shop(items, interactions, users, promotions, mapping, name, report, options, choices, **single)
    return verdict.shop(choices.drop_bad)


def check_shop(
    items: Given = None,
    interactions: Given = None,
    users: Given = None,
    promotions: Given = None,
    mapping: Names | None = None,
    name: str | None = None,
    report: Progress = silent,
    options: Options | None = None,
    choices: Choices | None = None,
    **single: Given,
) -> Verdict:
    """Read and check a shop's files, as `read_shop` does, and return all problems instead of refusing.

    Every file is read once. Raises InputError for a mapping that means nothing, ValueError for files that are neither a
    catalogue nor one single file.
    """
    mapping, choices = mapping or {}, choices or Choices()
    check_mapping(mapping)
    given = given_files(**single, items=items, interactions=interactions, users=users, promotions=promotions)
    findings = Findings()
    written = read_all(given, mapping, findings, report, options)
    split, unsplit = dict(findings.dropped), dict(findings.counts)  # rows that could not even be split into cells
    events = next((event_counts(written[kind]) for kind in WITH_EVENTS if kind in written), {})
    tables, questions, left_out = interpret(written, mapping.get(EVENT_NAMES, {}), choices)
    findings.left_out += left_out
    currency, several = currency_of(tables)
    if several is not None:
        findings.refused(several)
    strict = replace(choices, drop_bad=False)
    frames, more = check_all(tables, strict, findings, report)
    bad = bool(findings.problems)
    _cover(findings, questions)
    seen = Verdict(
        findings.problems, findings.total, _sorted(findings.counts), questions + more, events=events,
        unknown_events=unknown_events(events, mapping.get(EVENT_NAMES, {})),
    )  # fmt: skip
    if findings.fatal:
        return replace(seen, refusal=findings.problems)
    after, if_emptied = findings, None
    if bad:  # again, as if the bad rows were not there
        after = Findings(dropped=dict(split), counts=dict(unsplit), left_out=list(left_out))
        frames, _ = check_all(tables, dropping(choices), after, report)
        if after.fatal:  # for other reasons than before, as what is read depends on what is dropped
            return replace(seen, refusal=after.problems)
        if not choices.empty_bad:
            trial = Findings(dropped=dict(split))
            emptied, _ = check_all(tables, dropping(choices, empty_bad=True), trial, report)
            if_emptied = losses_of(tables, emptied, split)[1] if trial.emptied else None
    seen = replace(
        seen, dropped=_sorted(after.counts), emptied=_sorted(after.emptied), left_out=after.left_out,
        if_emptied=if_emptied,
    )  # fmt: skip
    try:
        data = assembled(
            name or next(iter(given.values())).resolve().parent.name, given, frames, after, mapping, currency
        )
    except InputError as error:
        findings.refused(error)
        return replace(seen, total=findings.total, counts=_sorted(findings.counts), refusal=error.problems)
    rows, losses, positive = losses_of(tables, frames, split)
    return replace(seen, rows=rows, losses=losses, positive=positive, data=data)


def _cover(findings: Findings, questions: list[Question]) -> None:
    """Take the repeated ids out of the problems where a question speaks of them all."""
    for question in questions:
        if question.kind == "variants" and question.open:
            count = findings.counts.pop((question.file, question.column, "duplicate_id"), None)
            repeated = [
                problem
                for problem in findings.problems
                if (problem.file, problem.kind) == (question.file, "duplicate_id")
            ]
            findings.problems[:] = [problem for problem in findings.problems if problem not in repeated]
            findings.total -= count.number if count else 0


def _sorted(counts: Mapping[tuple[str, str | None, str], Count]) -> list[Count]:
    return sorted(counts.values(), key=lambda count: -count.number)

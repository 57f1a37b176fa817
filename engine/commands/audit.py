"""Audit lists that are already made: who gains and who loses, shoppers by group and products by maker."""

import argparse
import sys
from pathlib import Path

from engine.audit.audit import AuditQuestion
from engine.audit.from_files import Files, audit_files, compared
from engine.audit.ledger_file import ledger_of
from engine.audit.private import PrivacyCost, private_audit
from engine.audit.results import Audit, PrivateAudit
from engine.audit.values import FIGURES
from engine.commands.saved import saved_shop
from engine.commands.shared import ProgressLine, add_data, open_data, read_date
from engine.data import shop_folder
from engine.data.labels import SMALLEST_GROUP
from engine.data.problems import refuse
from engine.data.storage.disk import check_folder
from engine.data.storage.files import write_atomically
from engine.data.storage.published import publish
from engine.fairness import Plan
from engine.reports import as_data, as_html, audit_hash
from engine.strategies import Decision, Signature, Store
from engine.training.training import with_purchases
from engine.words import LANGUAGES
from engine.words.numbers import signed

REPORT = "report.html"


def arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--slates", type=Path, required=True, help="slates Parquet, as `rerank` writes it")
    parser.add_argument("--baseline", type=Path, help="other lists of the same shoppers, to compare with")
    parser.add_argument("--since", help="interactions on or after this date count as relevant, and as merit")
    parser.add_argument("--scope", choices=["all", "new"], default="all", help="new: only what the shopper never had")
    parser.add_argument(
        "--by", action="append", required=True,
        help="columns of shoppers (age, age+income), history (thirds by purchases), or columns of items (provider, "
        "provider_size, tail, new); several by commas",
    )  # fmt: skip
    parser.add_argument("--figures", help=f"figures of shoppers, by commas (default all): {', '.join(FIGURES)}")
    parser.add_argument(
        "--threshold", type=int, default=SMALLEST_GROUP, help="smallest group told of (default %(default)s)"
    )
    parser.add_argument("--ledger", type=Path, help="what audits of this shop told (default: in the shop's folder)")
    parser.add_argument(
        "--out", type=Path, required=True, help="write report.html, audit.json and results.csv into this folder"
    )
    parser.add_argument("--language", choices=list(LANGUAGES), default="en", help="of report.html (default en)")
    parser.add_argument("--sign", metavar="AUTHOR", help="keep that AUTHOR signs the report, and print it there")
    parser.add_argument("--refuse", metavar="AUTHOR", help="keep that AUTHOR does not sign it")
    parser.add_argument("--comment", default="", help="why it is signed, or not")
    parser.add_argument(
        "--epsilon", type=float, help="tell counts and means with noise, at this cost in privacy (OpenDP)"
    )
    parser.add_argument(
        "--budget", type=float, help="all that audits with noise of this shop may cost (first time only)"
    )
    parser.add_argument("--json", help="write the audit (or the problems) here as well")


def run(options: argparse.Namespace) -> None:
    _check(options)
    check_folder(options.out)
    progress = ProgressLine()
    data = open_data(options, progress)
    with_purchases(data)
    question = _question(options)
    files = Files(options.slates, options.baseline, shop_folder(options.data).resolve())
    ledger = options.ledger or ledger_of(shop_folder(options.data))
    result: Audit | PrivateAudit
    if options.epsilon is None:
        result = audit_files(data, files, question, ledger, progress)
    else:
        lists, price = compared(data, files, question, progress), PrivacyCost(options.epsilon, options.budget)
        result = private_audit(data, lists, question, price, ledger, progress)
    written = as_data(result)
    _publish(options, result, written)
    if options.json:
        write_atomically(Path(options.json), lambda temporary: temporary.write_bytes(written["audit.json"]))
    progress.close()
    _print_notes(result)
    if isinstance(result, Audit):
        _print(result)
    else:
        _print_private(result)


def _check(options: argparse.Namespace) -> None:
    """Raises InputError for options that exclude each other, or that make no audit."""
    signatures = [path for path in (options.sign, options.refuse) if path is not None]
    if options.comment and not signatures:
        raise refuse("command line", "usage", "--comment belongs to a signature", "give --sign or --refuse as well")
    if len(signatures) > 1:
        raise refuse("command line", "usage", "--sign and --refuse exclude each other", "give one of them")
    if options.budget is not None and options.epsilon is None:
        raise refuse("command line", "usage", "--budget is for audits with noise", "give --epsilon as well")
    if options.epsilon is not None and signatures:
        raise refuse("command line", "usage", "an audit with noise has no report to sign", "leave --epsilon out")
    if options.threshold < 2:
        raise refuse("command line", "threshold", "a group of one is a person", "take 2 or more",
                     value=str(options.threshold))  # fmt: skip


def _question(options: argparse.Namespace) -> AuditQuestion:
    by = [name.strip() for names in options.by for name in names.split(",")]
    figures = None if options.figures is None else [name.strip() for name in options.figures.split(",")]
    since = read_date(options.since) if options.since else None
    return AuditQuestion(by, since, options.scope, figures, Plan(threshold=options.threshold))


def _publish(options: argparse.Namespace, result: Audit | PrivateAudit, written: dict[str, bytes]) -> None:
    """Write the audit with its report, if it has one; then sign it if that was asked for, and write the report with
    the signature. Only what is written is signed, and where it cannot be signed, the report is there without one."""
    if isinstance(result, PrivateAudit):
        publish(options.out, written, "audit", outdated=[REPORT])
        return
    publish(options.out, {REPORT: as_html(result, options.language), **written}, "audit")
    if options.sign is not None or options.refuse is not None:
        page = as_html(result, options.language, _signed(options, result))
        publish(options.out, {REPORT: page, **written}, "audit")


def _signed(options: argparse.Namespace, audit: Audit) -> Signature:
    """The signature that was asked for, kept in the store."""
    author = options.refuse if options.sign is None else options.sign
    decision: Decision = "refused" if options.sign is None else "signed"
    store = Store.open()
    try:
        shop = saved_shop(store, options.data)
        return store.sign(shop, audit_hash(audit), decision, author=author, comment=options.comment)
    finally:
        store.close()


def _print_notes(audit: Audit | PrivateAudit) -> None:
    """Who is left out, and what became of what earlier audits told."""
    without = audit.setting.without_list if isinstance(audit, Audit) else 0
    if without:
        left = f"{without:,} shoppers known before the cut-off have no list in every file and are left out"
        print(left, file=sys.stderr)
    for entry in audit.setting.ledger_breaks:
        print(f"An earlier ledger of this shop's audits was {entry['what']}, as was noticed on {entry['at']}: "
              "what it kept of the results told before is not taken into account.", file=sys.stderr)  # fmt: skip


def _print(audit: Audit) -> None:
    """The gaps that stand after the correction, the largest effect first."""
    sure = [row for row in audit.gaps if row.q <= 0.05]
    for row in sorted(sure, key=lambda row: -abs(row.effect)):
        gap, low, high = (signed(end, 4) for end in (row.difference, row.difference_low, row.difference_high))
        group = f"{row.by} {row.group}"
        print(f"{group[:36]:<36} {row.metric:<24} {row.value:10.4f}   {gap} [{low}, {high}]   q {row.q:.4f}")
    hidden = len(audit.suppressed)
    print(f"{len(sure):,} of {audit.family_size:,} gaps stand at a false discovery rate of 5 %; "
          f"{hidden:,} figures are suppressed")  # fmt: skip


def _print_private(audit: PrivateAudit) -> None:
    """Every mean told, with the interval of its noise, and what is left to spend."""
    setting = audit.setting
    for row in audit.results:
        group = f"{row.by} {row.group}"
        print(f"{group[:36]:<36} {row.metric:<24} n {row.n:7,}   {row.value:9.4f}   "
              f"[{row.low:.4f}, {row.high:.4f}]")  # fmt: skip
    print(f"ε {setting.epsilon:g} was spent; {setting.left:g} of {setting.budget:g} was left after it")
    if setting.exact_before:
        print("Earlier audits of this shop told exact figures: ε does not count them")

"""Say who gains and who loses by lists that are already made: shoppers by group, products by who makes them."""

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from engine.commands.shared import Progress, add_data, open_data, read_date, write_json
from engine.data import shop_folder
from engine.data.files import write_atomically
from engine.data.problems import refuse
from engine.experiments.audit import Question
from engine.experiments.audit_files import Files, audit_files
from engine.experiments.fairness_values import FIGURES
from engine.experiments.training import with_purchases
from engine.exports.tables import guarded
from engine.fairness import THRESHOLD, Plan


def arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--slates", type=Path, required=True, help="slates Parquet, as `rerank` writes it")
    parser.add_argument("--baseline", type=Path, help="other lists of the same shoppers, to compare with")
    parser.add_argument("--since", help="interactions on or after this date count as relevant, and as merit")
    parser.add_argument("--scope", choices=["all", "new"], default="all", help="new: only what the shopper never had")
    parser.add_argument(
        "--by", action="append", required=True,
        help="columns of shoppers (age, age+income) or items (provider, provider_size, tail, new); several by commas",
    )  # fmt: skip
    parser.add_argument("--figures", help=f"figures of shoppers, by commas (default all): {', '.join(FIGURES)}")
    parser.add_argument("--threshold", type=int, default=THRESHOLD, help="smallest group told of (default 11)")
    parser.add_argument("--ledger", type=Path, help="what audits of this shop told (default: in the shop's folder)")
    parser.add_argument("--out", type=Path, required=True, help="write audit.json and results.csv into this folder")
    parser.add_argument("--json", help="write the audit (or the problems) here as well")


def run(options: argparse.Namespace) -> None:
    if options.threshold < 2:
        raise refuse("command line", "threshold", "a group of one is a person", "take 2 or more",
                     value=str(options.threshold))  # fmt: skip
    names = [name.strip() for part in options.by for name in part.split(",")]
    progress = Progress()
    data = open_data(options, progress)
    with_purchases(data)
    figures = None if options.figures is None else [name.strip() for name in options.figures.split(",")]
    since = read_date(options.since) if options.since else None
    question = Question(names, since, options.scope, figures, Plan(threshold=options.threshold))
    ledger = options.ledger or shop_folder(options.data) / "audits" / "told.json"
    content = audit_files(data, Files(options.slates, options.baseline), question, ledger, progress)
    write_atomically(options.out / "results.csv", lambda temporary: temporary.write_bytes(as_csv(content["results"])))
    for path in [options.out / "audit.json", *([options.json] if options.json else [])]:
        write_json(str(path), content)
    progress.close()
    _print(content)


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """The results as CSV. Names from the shop's files that start like a formula get an apostrophe."""
    safe = [{name: guarded(cell) if isinstance(cell, str) else cell for name, cell in row.items()} for row in rows]
    return pd.DataFrame(safe).to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _print(content: dict[str, Any]) -> None:
    """The gaps that stand after the correction, the largest effect first."""
    results, family = content["results"], content["family_size"]
    sure = [row for row in results if (row.get("q") or 1) <= 0.05]
    for row in sorted(sure, key=lambda row: -abs(row["effect"])):
        gap = f"{row['difference']:+.4f} [{row['difference_low']:+.4f}, {row['difference_high']:+.4f}]"
        group = f"{row['by']} {row['group']}"
        print(f"{group[:36]:<36} {row['metric']:<24} {row['value']:10.4f}   {gap}   q {row['q']:.4f}")
    hidden = len(content["suppressed"])
    print(f"{len(sure):,} of {family:,} gaps stand at a false discovery rate of 5 %; {hidden:,} figures are suppressed")

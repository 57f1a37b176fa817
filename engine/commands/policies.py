"""Suggest product-type policies for a strategy from what shoppers bought; edit them as you see fit."""

import argparse
from typing import Any

import numpy as np

from engine.commands.shared import ProgressLine, add_model, open_bench, write_json
from engine.diagnosis.suggested_policies import SuggestedPolicies, suggested_policies

SHOWN = 5  # types named of each policy


def arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--json", required=True, help="write the policies (or the problems) here")


def run(options: argparse.Namespace) -> None:
    progress = ProgressLine()
    bench = open_bench(options, progress)
    suggested = suggested_policies(bench)
    policies = [policy.model_dump(mode="json") for policy in suggested.policies]
    write_json(
        options.json, {"overrides": {"policies": policies}, "overall": suggested.overall, "types": _types(suggested)}
    )
    progress.close()
    print(f"same product again: {suggested.overall:.1%} of purchases by shoppers who come back to a {suggested.facet}")
    for policy in suggested.policies:
        at = [suggested.types.index(value) for value in policy.values]
        weights = ", ".join(f"{name} {weight:g}" for name, weight in policy.facet_weights or ())
        extreme = sorted(at, key=lambda number: -abs(float(suggested.settled[number]) - suggested.overall))[:SHOWN]
        named = ", ".join(f"{suggested.types[number]} {suggested.settled[number]:.0%}" for number in extreme)
        share = float(suggested.counted[at].sum() / suggested.counted.sum())
        print(f"{policy.name}: {len(at)} of {len(suggested.types)}, {share:.0%} of these purchases; {weights}")
        print(f"  such as {named}")
    unjudged = int(np.isnan(suggested.settled).sum())
    if unjudged:
        print(f"{unjudged} are bought too seldom to tell")


def _types(policies: SuggestedPolicies) -> list[dict[str, Any]]:
    rows = zip(policies.types, policies.settled.tolist(), policies.counted.tolist(), strict=True)
    return [{"type": name, "same_again": share, "purchases": count} for name, share, count in rows]

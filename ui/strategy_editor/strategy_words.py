"""A saved strategy in plain words: what it does, what differs from another one, and its status."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.bench.bench import Bench
from engine.strategies import Event, Status, Version, Window, compare, replaced_by
from engine.strategy.overrides import Overrides, Policy
from engine.strategy.similarity_weights import EMBEDDING, Weights
from engine.strategy.strategy import Exposure, Floor, Strategy
from ui.strategy_editor.in_use import floor_words
from ui.text.rule_words import facet_words, group_words, rule_words
from ui.text.shoppers import column_name
from ui.text.times import local
from ui.text.weights import weights
from ui.text.words import labelled, plain, t

COLOURS: dict[Status, str] = {"draft": "gray", "approved": "blue", "live": "green", "retired": "gray"}
ICONS: dict[Status, str] = {
    "draft": "edit_note", "approved": "verified", "live": "radio_button_checked", "retired": "inventory_2",
}  # fmt: skip
NONE = "–"
Line = tuple[str, str]  # label, words; neither escaped


def badge(version: Version, at: datetime) -> tuple[str, str, str]:
    """Words, icon and colour of a version's status at a moment; live may be scheduled, or over."""
    starts, ends = version.window.starts_at, version.window.ends_at
    if version.status == "live" and ends and ends <= at:
        return t("strategies.status.over"), ":material/event_available:", "gray"
    if version.status == "live" and starts and starts > at:
        return t("strategies.status.scheduled"), ":material/schedule:", "orange"
    return t(f"strategies.status.{version.status}"), f":material/{ICONS[version.status]}:", COLOURS[version.status]


def titled(version: Version) -> str:
    """Name and number, escaped."""
    return t("strategies.titled", name=plain(version.name), n=version.number)


def during(window: Window) -> str:
    """When a scheduled version applies, in the reader's time zone."""
    starts, ends = (moment and local(moment) for moment in (window.starts_at, window.ends_at))
    if starts and ends:
        return t("strategies.during", starts=starts, ends=ends)
    return t("strategies.since", starts=starts) if starts else t("strategies.until", ends=ends)


def event(step: Event) -> str:
    """One event of a history in words."""
    words = t(f"strategies.step.{step.status}", n=step.number, author=plain(step.author))
    return f"{words} {during(step.window)}" if step.window.scheduled else words


def lines(strategy: Strategy, bench: Bench) -> list[Line]:
    """What a strategy does: one line for each of its settings."""
    fields = [
        ("lists", t("strategies.lists_are", k=strategy.k, pool=strategy.pool)),
        ("method", f"{_value('method', strategy.method)} · λ {weights(strategy)}"),
        ("weights", likeness(strategy)),
        ("normalize", t(f"normalize.{strategy.normalize}")),
        ("floor", floor(strategy.floor)),
    ]
    entries = strategy.all_entries
    fields.append(("rules", "\n".join(rule_words(entry, bench) for entry in entries) or NONE))
    if strategy.overrides:
        fields.append(("overrides", overrides(strategy, bench)))
    if strategy.exposure:
        fields.append(("exposure", exposure(strategy.exposure)))
    return [(t(f"strategies.field.{name}"), words) for name, words in fields]


def likeness(strategy: Strategy, weights: Weights | None = None) -> str:
    shares = weights or strategy.facet_weights
    return " · ".join(f"{_source(strategy, name)} {100 * share:.3g}%" for name, share in shares)


def overrides(strategy: Strategy, bench: Bench) -> str:
    """The exceptions of a strategy, one line each."""
    in_strategy = strategy.overrides
    return "\n".join(_overrides(in_strategy, strategy, bench)) if in_strategy else NONE


def exposure(value: Exposure | None) -> str:
    """The exposure floor in words."""
    if value is None:
        return NONE
    words = {"facet": facet_words(value.facet), "strength": f"{100 * value.strength:.3g}"}
    if value.floor == "max-min":
        return t("strategies.exposure_even", **words)
    return t("strategies.exposure", floor=f"{100 * value.floor:.3g}%", share=f"{100 * value.worst:.3g}", **words)


def _overrides(exceptions: Overrides, strategy: Strategy, bench: Bench) -> Iterator[str]:
    for exception in exceptions.segments:
        column, group = facet_words(exception.segment.by), group_words(bench, exception.segment.group)
        yield t("strategies.for_segment", column=column, group=group, diversity=f"{exception.diversity:.2f}")
    if exceptions.personal:
        yield t("strategies.by_history", strength=f"{100 * exceptions.personal.strength:.0f}")
    for policy in exceptions.policies:
        yield t("strategies.policy", name=policy.name, n=len(policy.values), does=_policy(policy, strategy))
    if guard := exceptions.guard:
        measure = t(f"measure.{guard.key.partition(':')[0]}")
        words = "strategies.guard_most" if guard.falling else "strategies.guard_least"
        yield t(words, measure=measure, bound=f"{guard.bound:g}")


def _policy(policy: Policy, strategy: Strategy) -> str:
    level = None if policy.diversity is None else f"λ {policy.diversity:.2f}"
    mixture = likeness(strategy, policy.facet_weights) if policy.facet_weights else None
    return " · ".join(filter(None, (level, mixture)))


def floor(value: Floor | None) -> str:
    """What a floor keeps, as a phrase after "keep"."""
    return NONE if value is None else t("strategies.floor", floor=floor_words(value))


def comment(step: Event) -> str:
    """What was written beside a step; what the engine wrote, in the reader's language. Not escaped."""
    other = replaced_by(step.comment) if step.status == "retired" else None
    return step.comment if other is None else t("strategies.replaced_by", name=other[0], n=other[1])


def differences(before: Strategy, after: Strategy, bench: Bench) -> list[tuple[str, str, str]]:
    """Field, before and after, in words: one row a field that differs, one a rule that only one of them has."""
    rows: list[tuple[str, str, str]] = []
    for difference in compare(before, after):
        field, _, detail = difference.field.partition(".")
        if field == "facet_weights":
            label = labelled(t("strategies.field.weights"), _source(after, detail))
            old_share, new_share = (f"{100 * (share or 0):.3g}%" for share in (difference.before, difference.after))
            rows.append((label, old_share, new_share))
        elif field == "floor":
            rows.append((t("strategies.field.floor"), floor(before.floor), floor(after.floor)))
        elif field == "overrides":
            rows.append((t("strategies.field.overrides"), overrides(before, bench), overrides(after, bench)))
        elif field == "exposure":
            rows.append((t("strategies.field.exposure"), exposure(before.exposure), exposure(after.exposure)))
        elif field not in ("constraints", "rules"):
            rows.append(
                (t(f"strategies.field.{field}"), _value(field, difference.before), _value(field, difference.after))
            )
    old, new = before.all_entries, after.all_entries
    removed = [(t("strategies.field.rule"), rule_words(entry, bench), NONE) for entry in old if entry not in new]
    added = [(t("strategies.field.rule"), NONE, rule_words(entry, bench)) for entry in new if entry not in old]
    return list(dict.fromkeys([*rows, *removed, *added]))


def _source(strategy: Strategy, name: str) -> str:
    return t(f"similarity.{strategy.similarity}") if name == EMBEDDING else column_name(name)


def _value(field: str, value: Any) -> str:
    if field in ("method", "similarity", "surface", "normalize"):
        return t(f"{field}.{value}")
    return f"{value:.2f}" if field in ("diversity", "spread") else str(value)

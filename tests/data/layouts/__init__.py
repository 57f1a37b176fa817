"""Small files in the layouts of shop systems, analytics and public logs, and what their columns mean."""

from dataclasses import dataclass, field

Mapping = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Layout:
    """files: {table: its text}. mapping: {table: {their column: ours}}, and their events, as it should be suggested.
    header: {table: the names to give to a file without a header}. choices: answers that the check needs, as `Choices`
    takes them. left_out: events that a user has to decide on, all left out here."""

    name: str
    files: dict[str, str]
    mapping: Mapping
    header: dict[str, tuple[str, ...]] = field(default_factory=dict)
    choices: dict[str, object] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

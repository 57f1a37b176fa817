"""How much memory this process may still take, and a refusal of what needs more."""

from pathlib import Path

import psutil

from engine.data.problems import refuse

GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")
# Files of a control group: the limit, what is in use, and the key of caches that can be dropped. Version 2, version 1.
LIMITS = (
    ("", "memory.max", "memory.current", "inactive_file"),
    ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def available() -> int:
    """Bytes that can be taken before this machine, or the container that the process runs in, has no more."""
    return min([int(psutil.virtual_memory().available), *_left_in_groups()])


def taken() -> int:
    """Bytes that this process has in memory now."""
    return int(psutil.Process().memory_info().rss)


def enough_for(name: str, needed: int) -> None:
    """Raises InputError where training the model `name` needs more bytes than there are."""
    free = available()
    if needed > free:
        figures = {"needed": gigabytes(needed), "free": gigabytes(free)}
        problem = f"training needs about {figures['needed']} of memory, and {figures['free']} is free"
        fix = "close other programs, train on a machine with more memory, or take a smaller model such as frequency"
        raise refuse("model", "too_little_memory", problem, fix, value=name, details=figures)


def gigabytes(size: int) -> str:
    """A size as people write it, such as 2.3 GB."""
    return f"{max(size, 0) / 1e9:.1f} GB"


def _left_in_groups() -> list[int]:
    """What the control groups of this process leave (Linux); empty where there are none or they have no limit."""
    try:
        lines = OWN_GROUP.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    paths = [line.split(":", 2)[2].lstrip("/") for line in lines if line.count(":") >= 2]
    limits = []
    for root, limit, used, cache in LIMITS:
        for path in paths:
            folder = GROUPS / root / path
            for group in (folder, *folder.parents):  # a limit of any group above holds too
                if group.is_relative_to(GROUPS) and (left := _left(group, limit, used, cache)) is not None:
                    limits.append(left)
    return limits


def _left(group: Path, limit: str, used: str, cache: str) -> int | None:
    try:
        allowed = int((group / limit).read_text(encoding="ascii"))  # "max" is no number: no limit
        taken = int((group / used).read_text(encoding="ascii"))
        stat = (group / "memory.stat").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    pairs = (line.split() for line in stat if line.count(" ") == 1)
    return allowed - taken + int(dict(pairs).get(cache, 0))

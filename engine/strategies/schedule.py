"""When a live version applies: always, or from one moment to another."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from engine.data.problems import refuse


@dataclass(frozen=True)
class Window:
    """From `starts_at` (included) to `ends_at` (excluded), both UTC. None is no bound; without both it is always.

    A scheduled window always has a start, so two of them are compared by their bounds alone.
    """

    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @classmethod
    def checked(cls, starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> Self:
        """The window somebody asks for at `now`; one that would have begun starts now.

        Raises InputError where a moment has no time zone, or the end is not after the start and after now.
        """
        starts, ends = in_utc(starts_at, "starts_at"), in_utc(ends_at, "ends_at")
        if starts is None and ends is None:
            return cls()
        starts = max(starts or now, now)
        if ends is not None and ends <= starts:
            fix = f"take a moment after {starts:%Y-%m-%d %H:%M} UTC"
            raise refuse("schedule", "schedule_order", "ends before it starts", fix, column="ends_at", value=str(ends),
                         details={"after": f"{starts:%Y-%m-%d %H:%M}"})  # fmt: skip
        return cls(starts, ends)

    @property
    def scheduled(self) -> bool:
        return self.starts_at is not None or self.ends_at is not None

    def holds(self, moment: datetime) -> bool:
        """Whether the moment lies in here."""
        return (self.starts_at is None or self.starts_at <= moment) and (self.ends_at is None or moment < self.ends_at)

    def overlaps(self, other: "Window") -> bool:
        """Whether some moment lies in both."""
        return all(
            first.starts_at is None or last.ends_at is None or first.starts_at < last.ends_at
            for first, last in ((self, other), (other, self))
        )

    def __str__(self) -> str:
        if not self.scheduled:
            return "always"
        bounds = (("from", self.starts_at), ("until", self.ends_at))
        return " ".join(f"{word} {moment:%Y-%m-%d %H:%M} UTC" for word, moment in bounds if moment)


def in_utc(moment: datetime | None, field: str) -> datetime | None:
    """The same moment in UTC. Raises InputError where it has no time zone, or lies beyond the calendar."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise refuse(
            "schedule", "schedule_zone", "no time zone", "give it one, such as UTC", column=field, value=str(moment)
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        fix = "take a moment of this century"
        raise refuse(
            "schedule", "schedule_calendar", "out of all calendars", fix, column=field, value=str(moment)
        ) from None

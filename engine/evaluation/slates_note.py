"""The note of a slates file, which says what made its lists."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Ends = Annotated[list[float | None], Field(min_length=3, max_length=3)]  # a share, and its 95 % interval


class KeptNote(BaseModel):
    """What lists keep of relevance alone, and of the ranking with the rules at λ 0 (`kept`), over n shoppers."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    plain: Ends
    ruled: Ends
    n: int


KeptNotes = dict[Literal["ndcg", "revenue"], KeptNote]


class SavedNote(BaseModel):
    """Which saved version a strategy is, when (ISO 8601, UTC) and by whom it was saved; or which file it is from."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    file: str | None = None
    name: str | None = None
    version: int | None = None
    saved_at: str | None = None
    author: str | None = None


class SlatesNote(BaseModel):
    """The schema of a note. In files of other programs, all fields may be missing and others may be present.

    strategy is the JSON of one; eligible the number of items that the model could show; empty the shoppers whose list
    has no row to stand in.
    """

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)
    model: str | None = None
    until: str | None = None
    data_hash: str | None = None
    eligible: Annotated[int, Field(ge=1)] | None = None
    empty: list[str] = []
    strategy: dict[str, Any] | None = None
    saved: SavedNote | None = None
    kept: KeptNotes | None = None

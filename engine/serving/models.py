"""What is asked and answered over HTTP. These models validate requests, write answers, and describe both in OpenAPI."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.strategy.rules import Surface

MOST_USERS = 500  # shoppers of one request
LONGEST_ID = 1_000  # characters
Rank = Annotated[int, Field(ge=1, le=100)]
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
First = Annotated[int | None, Field(ge=1, le=100)]


class Message(BaseModel):
    """Frozen, and nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SlateQuery(Message):
    """surface: the occasion; without it the one of the strategy file, or the shop's first. k: the first k products of
    the list, at most as many as the strategy lists; without it all."""

    surface: Surface | None = None
    k: First = None


class SlatesRequest(SlateQuery):
    """The lists of several shoppers at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    user_ids: list[Id] = Field(min_length=1, max_length=MOST_USERS)


class Moved(Message):
    """Where the product would stand by relevance alone (λ = 0, no rules); null = not among the candidates."""

    kind: Literal["moved"] = "moved"
    text: str = Field(description="the reason in English")
    from_place: int | None = Field(ge=1)


class Nearest(Message):
    """The product above it that is most alike, and how alike it is to the strategy, at most 1."""

    kind: Literal["nearest"] = "nearest"
    text: str = Field(description="the reason in English")
    item_id: str
    title: str
    likeness: float


class Ruled(Message):
    """The rule that put the product here, or kept a more worthwhile one (`instead_id`) out of this place."""

    kind: Literal["rule"] = "rule"
    text: str = Field(description="the reason in English")
    entry: int = Field(ge=1, description="its number in the strategy: the constraints first, then the rules")
    name: str | None
    instead_id: str | None
    instead_title: str | None


Reason = Annotated[Moved | Nearest | Ruled, Field(discriminator="kind")]


class Item(Message):
    """One place of a list. score: the model's own, null for a product that it does not know. gain: what the re-ranker
    chose the product by, made of relevance and diversity in the strategy's method."""

    rank: Rank
    item_id: str
    title: str
    score: float | None
    gain: float | None
    relevance: float | None
    diversity: float | None
    reasons: tuple[Reason, ...]


class Broken(Message):
    """A rule that this list could not keep."""

    entry: int = Field(ge=1)
    name: str | None
    text: str


class UserSlate(Message):
    """One shopper's list, the best first. In a shop that knows only its catalogue `user_id` is a product's id, and
    the list shows products like it."""

    user_id: str
    items: tuple[Item, ...]
    broken: tuple[Broken, ...]


class StrategyInfo(Message):
    """What made a list. version: null for a strategy from a file. diversity: the λ of the lists; diversity_asked: that
    of the strategy, more where its floor lowers λ. spread: the σ of the lists, lowered together with λ; left out at 0.
    sha256: of the strategy's canonical JSON."""

    name: str
    version: int | None
    surface: Surface
    method: str
    diversity: float = Field(ge=0, le=1)
    diversity_asked: float = Field(ge=0, le=1)
    spread: float = Field(default=0.0, ge=0, le=1, exclude_if=lambda spread: spread == 0)
    k: Rank
    sha256: str


class ModelInfo(Message):
    """The model behind the scores. until: it knew the log before this moment; null = all of it."""

    name: str
    until: str | None
    trained_at: str | None


class Source(Message):
    """What answers are made from; the same source gives the same lists."""

    strategy: StrategyInfo
    model: ModelInfo
    data_hash: str


class SlateAnswer(Source, UserSlate):
    """One shopper's list with its reasons."""

    surface: Surface


class SlatesAnswer(Source):
    """Lists in the order asked for, each shopper once; `unknown` are ids that the model has not met."""

    surface: Surface
    slates: tuple[UserSlate, ...]
    unknown: tuple[str, ...]


class BasisInfo(Message):
    """What a saved strategy was judged on; the lists served are by the model of `/health`."""

    data_hash: str
    model: str | None
    cutoff: str | None


class LiveStrategy(Message):
    """What is in force on one surface. state: "none" = no strategy is live; "preparing" = its lists are being made;
    "refused" = this shop cannot make its lists, see `problem`. content: the whole strategy."""

    surface: Surface
    state: Literal["ready", "preparing", "none", "refused"]
    problem: str | None = None
    strategy: StrategyInfo | None = None
    content: dict[str, Any] | None = None
    author: str | None = None
    comment: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    basis: BasisInfo | None = None


class LiveAnswer(Message):
    surfaces: tuple[LiveStrategy, ...]


class Readiness(Message):
    status: Literal["ready", "preparing"]


class Health(Readiness):
    """step, share: what is being prepared, and how much of it is done. versions: of this interface (`api`) and of what
    answers are made from; a strategy's is null where it came from a file. store_problem: why the saved strategies
    could not be read lately; what was in force then still answers."""

    step: str | None = None
    share: float | None = None
    versions: "Versions"
    store_problem: str | None = None


class Versions(Message):
    api: str
    data_hash: str | None
    model: ModelInfo | None
    strategies: tuple[StrategyInfo, ...]

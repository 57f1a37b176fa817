"""The results of audits as rows of numbers. A number that is not known is NaN, and null in JSON.

The order of the fields is that of audit.json, which signatures name by its hash. A field that a row was not given is
left out of its JSON: there is no change where nothing was compared.
"""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict

Number = Annotated[float, BeforeValidator(lambda value: np.nan if value is None else value)]


class Record(BaseModel):
    """Fields that are read by name and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def plain(self) -> dict[str, Any]:
        """The fields that were given, as JSON takes them."""
        return self.model_dump(exclude_unset=True)


class AuditRow(Record):
    """What every row is about: a group of shoppers or of products, one metric, and how many shoppers it rests on."""

    side: Literal["shoppers", "providers"]
    by: str
    group: str
    metric: str
    n: int


class ShopperGap(AuditRow):
    """A group's mean and its gap to everybody else's, and the change from other lists (`audit_shoppers`)."""

    n_rest: int
    value: Number
    low: Number
    high: Number
    rest: Number
    difference: Number
    difference_low: Number
    difference_high: Number
    ratio: Number
    p: Number
    effect: Number
    detectable: Number
    before: Number = np.nan
    before_low: Number = np.nan
    before_high: Number = np.nan
    change: Number = np.nan
    change_low: Number = np.nan
    change_high: Number = np.nan
    difference_before: Number = np.nan
    gap_change: Number = np.nan
    gap_change_low: Number = np.nan
    gap_change_high: Number = np.nan
    gap_change_p: Number = np.nan
    gap_change_effect: Number = np.nan
    q: Number = np.nan
    gap_change_q: Number = np.nan


class ProviderShare(AuditRow):
    """A provider's share of attention beside its merit, and the change from other lists (`audit_providers`).

    top_item, the most seen product, is its row until the audit gives its id.
    """

    value: Number
    low: Number
    high: Number
    merit: Number
    difference: Number
    difference_low: Number
    difference_high: Number
    ratio: Number
    ratio_low: Number
    ratio_high: Number
    error: Number
    p: Number
    effect: Number
    impact_ratio: Number
    items: int
    item_share: Number
    parity: Number
    slots: int
    item_coverage: Number
    before: Number = np.nan
    change: Number = np.nan
    change_low: Number = np.nan
    change_high: Number = np.nan
    gap_change: Number = np.nan
    gap_change_p: Number = np.nan
    gap_change_effect: Number = np.nan
    top_share: Number = np.nan
    top_sales_share: Number = np.nan
    without_top: Number = np.nan
    merit_without_top: Number = np.nan
    top_item: int | str | None = None
    rests_on_one: bool = False
    q: Number = np.nan
    gap_change_q: Number = np.nan
    detectable: Number = np.nan


class ProvidersTogether(AuditRow):
    """A figure of all providers together, which has no gap to others."""

    value: Number
    low: Number
    high: Number
    difference: Number
    ratio: Number
    p: Number
    before: Number = np.nan
    change: Number = np.nan
    change_low: Number = np.nan
    change_high: Number = np.nan
    q: Number = np.nan


Gap = ShopperGap | ProviderShare
Row = ShopperGap | ProviderShare | ProvidersTogether


class Suppressed(Record):
    """A figure that is withheld."""

    by: str
    group: str
    metric: str


class Overall(Record):
    """A figure over all shoppers."""

    metric: str
    n: int
    value: Number


class Extremes(Record):
    """The groups with the worst and the best figure; judged: whether it is known which end is worse."""

    by: str
    metric: str
    worst: str
    best: str
    value: Number
    best_value: Number
    gap: Number
    ratio: Number
    judged: bool

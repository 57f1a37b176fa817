"""A Dataset from checked frames."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from engine.data.dataset import Dataset, content_hash
from engine.data.frames import typed, without_empty


def assemble(
    name: str,
    items: pd.DataFrame,
    users: pd.DataFrame,
    interactions: pd.DataFrame,
    promotions: pd.DataFrame | None = None,
    min_interactions: int | None = None,
    dropped: Mapping[str, int] | None = None,
    currency: str = "",
    anonymous: pd.DataFrame | None = None,
) -> Dataset:
    """A Dataset from checked frames. The log comes with the texts user_id and item_id, and that of unknown shoppers
    with item_id; they become rows.

    Shoppers who are in the log only are added after those of `users`, in text order. Without
    `min_interactions`, an item needs one positive interaction, or none where the log has no positive event. Optional
    columns without a value in any row are left out: nothing can be said of them.
    """
    items, users, interactions = (without_empty(table) for table in (items, users, interactions))
    users = _everyone(users, interactions)
    log = _log(interactions, items, users)
    unknown = None if anonymous is None or anonymous.empty else _log(without_empty(anonymous), items)
    events = {*log["event"].unique(), *(unknown["event"].unique() if unknown is not None else ())}
    positive = next((event for event in ("buy", "click", "rate") if event in events), "buy")
    least = min_interactions if min_interactions is not None else int(positive in events)
    tables = {"items": items, "users": users, "interactions": log, "promotions": promotions, "anonymous": unknown}
    return Dataset(
        name=name,
        items=items.reset_index(drop=True),
        users=users,
        interactions=log,
        promotions=promotions,
        min_interactions=least,
        hash=content_hash(tables),
        positive=positive,
        dropped=MappingProxyType(dict(dropped or {})),
        currency=currency,
        anonymous=unknown,
    )


def _log(lines: pd.DataFrame, items: pd.DataFrame, users: pd.DataFrame | None = None) -> pd.DataFrame:
    rows = {"item": pd.Index(items["item_id"]).get_indexer(lines["item_id"])}
    if users is not None:
        rows["user"] = pd.Index(users["user_id"]).get_indexer(lines["user_id"])
    named = [name for name in ("user_id", "item_id") if name in lines]
    return typed(lines.drop(columns=named).assign(**rows)).sort_values(
        "timestamp", kind="stable", ignore_index=True
    )  # fmt: skip


def _everyone(users: pd.DataFrame, interactions: pd.DataFrame) -> pd.DataFrame:
    seen = interactions["user_id"].drop_duplicates()
    late = seen[~seen.isin(users["user_id"])].sort_values()
    return pd.concat([users, late.to_frame()], ignore_index=True) if len(late) else users.reset_index(drop=True)

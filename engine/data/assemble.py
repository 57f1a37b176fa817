"""A Dataset from checked frames."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from engine.data.dataset import Dataset, content_hash, typed, without_empty


def assemble(
    name: str,
    items: pd.DataFrame,
    users: pd.DataFrame,
    interactions: pd.DataFrame,
    promotions: pd.DataFrame | None = None,
    min_interactions: int | None = None,
    dropped: Mapping[str, int] | None = None,
    currency: str = "",
) -> Dataset:
    """A Dataset from checked frames. The log comes with the texts user_id and item_id; they become rows.

    Shoppers who are in the log only are added after those of `users`, in text order. Without
    `min_interactions`, an item needs one positive interaction, or none where the log has no positive event. Optional
    columns without a value in any row are left out: nothing can be said of them.
    """
    items, users, interactions = (without_empty(table) for table in (items, users, interactions))
    users = _everyone(users, interactions)
    log = typed(
        interactions.drop(columns=["user_id", "item_id"]).assign(
            user=pd.Index(users["user_id"]).get_indexer(interactions["user_id"]),
            item=pd.Index(items["item_id"]).get_indexer(interactions["item_id"]),
        )
    ).sort_values("timestamp", kind="stable", ignore_index=True)
    events = set(log["event"].unique())
    positive = next((event for event in ("buy", "click", "rate") if event in events), "buy")
    least = min_interactions if min_interactions is not None else int(positive in events)
    content = content_hash({"items": items, "users": users, "interactions": log, "promotions": promotions})
    return Dataset(
        name=name,
        items=items.reset_index(drop=True),
        users=users,
        interactions=log,
        promotions=promotions,
        min_interactions=least,
        hash=content,
        positive=positive,
        dropped=MappingProxyType(dict(dropped or {})),
        currency=currency,
    )


def _everyone(users: pd.DataFrame, interactions: pd.DataFrame) -> pd.DataFrame:
    seen = interactions["user_id"].drop_duplicates()
    late = seen[~seen.isin(users["user_id"])].sort_values()
    return pd.concat([users, late.to_frame()], ignore_index=True) if len(late) else users.reset_index(drop=True)

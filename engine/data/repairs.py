"""A shop whose log is mended: without lines that repeat another, and with one shopper for each id in several spellings.

The shop itself stays as it is; a mended one is another, with a hash of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from engine.data.dataset import Dataset, content_hash
from engine.data.intake.id_forms import doubles


def doubled_shoppers(data: Dataset) -> dict[str, str]:
    """{the rarer id: the commoner one} of shoppers of the log whose ids differ only by spaces, case, ".0", quotation
    marks or Unicode form."""
    ids = data.users["user_id"].iloc[data.interactions["user"].to_numpy()]
    return doubles(ids.reset_index(drop=True))[0]


def without_repeats(data: Dataset) -> Dataset:
    """The shop without log lines that are the same as an earlier one in every column."""
    return _with_log(data, data.users, data.interactions.drop_duplicates(ignore_index=True))


def with_one_id_each(data: Dataset) -> Dataset:
    """The shop with the lines of shoppers in several spellings under the commoner one, whose groups stay."""
    same = doubled_shoppers(data)
    gone = data.users["user_id"].isin(same).to_numpy()
    names = pd.Index(data.users["user_id"][~gone])
    rows = names.get_indexer(data.users["user_id"].replace(same))
    log = data.interactions.assign(user=rows[data.interactions["user"].to_numpy()].astype(np.int32))
    return _with_log(data, data.users[~gone].reset_index(drop=True), log)


def _with_log(data: Dataset, users: pd.DataFrame, log: pd.DataFrame) -> Dataset:
    mended = replace(data, users=users, interactions=log)
    return replace(mended, hash=content_hash(mended.tables))


# {finding: what mends it}
REPAIRS: Mapping[str, Callable[[Dataset], Dataset]] = {"duplicates": without_repeats, "doubled": with_one_id_each}

"""The stored models of the shop in use."""

from engine.data import Dataset, default_cutoff
from engine.training import registry
from ui.background import preparation, shop_in_use
from ui.models.work import Roster


def roster(work: preparation.Preparation, data: Dataset) -> Roster:
    """data: of the shop that `work` prepares."""
    shop = shop_in_use.current()
    folder, until = shop_in_use.folder(), default_cutoff(data)
    return Roster(shop, folder, data, until, registry.at(folder, until), registry.active(folder), work.bench)

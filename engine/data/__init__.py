"""A shop's data: one validated door in, one immutable Dataset out."""

from engine.data.dataset import Dataset, default_cutoff
from engine.data.intake import read_shop
from engine.data.mapping import read_mapping
from engine.data.problems import Cancelled, InputError, Problem, Report, silent
from engine.data.shops import home, open_shop, shop_folder

__all__ = [
    "Cancelled",
    "Dataset",
    "InputError",
    "Problem",
    "Report",
    "default_cutoff",
    "home",
    "open_shop",
    "read_mapping",
    "read_shop",
    "shop_folder",
    "silent",
]

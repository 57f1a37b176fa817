"""A shop's data: one validated door in, one immutable Dataset out."""

from engine.data.choices import Choices
from engine.data.dataset import Dataset, default_cutoff
from engine.data.mapping import read_mapping
from engine.data.options import FileOptions
from engine.data.private import home
from engine.data.problems import Cancelled, InputError, Problem, Report, silent
from engine.data.reading import peek
from engine.data.shops import Listed, delete_shop, list_shops, open_shop, save_shop, shop_folder
from engine.data.verdict import Verdict, check_shop, read_shop

__all__ = [
    "Cancelled",
    "Choices",
    "Dataset",
    "FileOptions",
    "InputError",
    "Listed",
    "Problem",
    "Report",
    "Verdict",
    "check_shop",
    "default_cutoff",
    "delete_shop",
    "home",
    "list_shops",
    "open_shop",
    "peek",
    "read_mapping",
    "read_shop",
    "save_shop",
    "shop_folder",
    "silent",
]

"""A shop's data: files are checked and become one immutable Dataset."""

from engine.data.dataset import Dataset, default_cutoff
from engine.data.intake.choices import Choices
from engine.data.intake.mapping import read_mapping
from engine.data.intake.verdict import Verdict, check_shop, read_shop
from engine.data.problems import Cancelled, InputError, Problem, Progress, silent
from engine.data.reading.options import FileOptions
from engine.data.reading.reading import peek
from engine.data.shops import Listed, delete_shop, list_shops, open_shop, save_shop, shop_folder
from engine.data.storage.private import home

__all__ = [
    "Cancelled",
    "Choices",
    "Dataset",
    "FileOptions",
    "InputError",
    "Listed",
    "Problem",
    "Progress",
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

"""Groups of shoppers: the names that we give, how a group of the shop that is called the same is told apart from them,
and how small a group may be for its figures to be shown."""

from collections.abc import Collection

UNKNOWN = "unknown"  # who did not say, or whose maker is not known
OTHERS = "(others)"  # all that are not told by name
EVERYTHING = "(all)"  # all values together
OURS = (UNKNOWN, OTHERS, EVERYTHING)
SMALLEST_GROUP = 11  # shoppers of a group, below which no figure of it is shown


def main_facet(facets: Collection[str]) -> str | None:
    """The facet that groups a shop's products best: the category, else the first; None where there is none."""
    return "category" if "category" in facets else next(iter(facets), None)


def of_shop(value: str) -> str:
    """A value of the shop's data as a group's name: itself, or in quotation marks where we have a group of that name.

    No two values get one name: a value that is in quotation marks already gets another pair.
    """
    return f'"{value}"' if value.strip('"') in OURS else value

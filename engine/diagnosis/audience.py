"""How a link names the audience of a page: everyone, a group of shoppers, or one shopper by their id.

An id may be any text, also `all` or `age=35`. Where it could be read as something else it is written `=ID`.
"""

from collections.abc import Iterable

EVERYONE = "all"
NO_ANSWER = "?"  # the value of those who did not say; a value that begins with ? is written with one more
SIGN = "="


def option_of(user_id: str) -> str:
    """The option for one shopper (or product), by their id."""
    spaces = user_id != user_id.strip()
    return SIGN + user_id if user_id == EVERYONE or SIGN in user_id or spaces else user_id


def id_of(option: str) -> str | None:
    """The id in an option that can be nothing else; None for any other."""
    return option.removeprefix(SIGN) if option.startswith(SIGN) else None


def group_option(column: str, value: str | None) -> str:
    """The option for the shoppers with a value in a column; None: for those whose value is unknown."""
    written = NO_ANSWER if value is None else NO_ANSWER + value if value.startswith(NO_ANSWER) else value
    return f"{column}{SIGN}{written}"


def group_of(option: str, columns: Iterable[str]) -> tuple[str, str | None] | None:
    """Column and value of a group's option, None for any other. A column's name may hold = as well as its values."""
    fitting = [column for column in columns if option.startswith(column + SIGN)]
    if not fitting:
        return None
    column = max(fitting, key=len)
    value = option[len(column) + 1 :]
    if value == NO_ANSWER:
        return column, None
    return column, value.removeprefix(NO_ANSWER) if value.startswith(NO_ANSWER * 2) else value

"""The text of a floor, in a link and on the command line."""

from engine.strategy.strategy import Floor


def read_floor(text: str) -> Floor:
    """The floor of `ndcg:0.99`, or of `ndcg:0.99:plain`, which compares with the ranking without rules. Raises
    ValueError for anything else."""
    metric, _, rest = text.partition(":")
    keep, _, against = rest.partition(":")
    fields = {"metric": metric, "keep": float(keep)} | ({"against": against} if against else {})
    return Floor.model_validate(fields)


def floor_text(floor: Floor) -> str:
    """The text of a floor."""
    return f"{floor.metric}:{floor.keep:g}" + ("" if floor.against == "ruled" else f":{floor.against}")

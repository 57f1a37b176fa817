"""The text of a floor in a link."""

from engine.strategy.strategy import Floor


def read_floor(text: str) -> Floor | None:
    """The floor of a text such as `ndcg:0.99` or `ndcg:0.99:plain`; None if it is empty. ValueError otherwise."""
    if not text:
        return None
    metric, _, rest = text.partition(":")
    keep, _, against = rest.partition(":")
    fields = {"metric": metric, "keep": round(float(keep), 3)} | ({"against": against} if against else {})
    return Floor.model_validate(fields)


def floor_text(floor: Floor | None) -> str:
    """The text of a floor in a link."""
    if floor is None:
        return ""
    return f"{floor.metric}:{floor.keep:g}" + ("" if floor.against == "ruled" else f":{floor.against}")

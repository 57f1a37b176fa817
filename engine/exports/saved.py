"""The strategy's own file, as every command and page reads it."""

from engine.exports.exported import Carried, Exported, ExportRequest


def saved(setting: ExportRequest) -> Exported:
    """The whole strategy; `strategy.read_strategy` gives the same strategy back."""
    content = setting.strategy.model_dump(mode="json")
    carried = tuple(Carried(name, value, name, value) for name, value in content.items())
    return Exported("strategy", content, carried, lost=(), needs=())

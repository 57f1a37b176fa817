"""What `benchmarks.spread` has found, in two sentences."""

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def finding(rows: list[Row], rivals: Sequence[str], levels: Sequence[float]) -> str:
    """What new-to-you lists gain at 99 % of nDCG, and which rivals are surely ahead of ours at some level."""
    new, at = [row for row in rows if row["surface"] == "new"], levels.index(0.99)
    gains = {}
    for figure in ("reach", "shared"):
        shares = [row["at_levels"]["spread λ 0"][figure][at] / row["fixed"][0][figure] for row in new]
        gains[figure] = min(shares), max(shares)
    ahead = [
        f"{rival} in {figure} in {count} of {len(rows)}"
        for rival in rivals
        for figure in ("reach", "shared")
        if (count := sum(_is_ahead(row["at_levels"][rival], figure) for row in rows))
    ]
    (least, most), (kept_most, kept_least) = gains["reach"], gains["shared"][::-1]
    return (
        f"At 99 % of nDCG (estimate) new-to-you lists reach {least:.1f} to {most:.1f} times as many products as at "
        f"σ 0, and share {1 - kept_most:.0%} to {1 - kept_least:.0%} fewer, over {len(new)} models and cut-offs. "
        f"Surely ahead of λ 0 with spread at some level from 95 % up: {', '.join(ahead) or 'none'}."
    )


def _is_ahead(rival: Row, figure: str) -> bool:
    """Whether a rival's paired interval lies wholly on its side at some level: more reach, or fewer products shared."""
    lows, highs = zip(*rival[f"ours_less_theirs_{figure}"], strict=True)
    return min(highs) < 0 if figure == "reach" else max(lows) > 0

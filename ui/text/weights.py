"""λ and σ of a strategy, as badges, headings and sentences write them behind "λ "."""

from engine.strategy.strategy import Strategy


def weights(strategy: Strategy) -> str:
    """ "0.30", or with spread "0.30 · σ 0.40"."""
    return f"{strategy.diversity:.2f}" + (f" · σ {strategy.spread:.2f}" if strategy.spread else "")

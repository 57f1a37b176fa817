"""`hybrid`: candidates from the blend and from neighbours, ranked by trees over everything known of each pair."""

from engine.recommend.hybrid.model import Hybrid, HybridConfig

__all__ = ["Hybrid", "HybridConfig"]

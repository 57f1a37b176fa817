"""Recommenders: fit on a shop's history, score its items for its shoppers. One row of the table each."""

from engine.recommend.adapted import AdaptedModel
from engine.recommend.base import Config, Model, Recommender, Scope, Start
from engine.recommend.blend import Blend, BlendConfig, Weights
from engine.recommend.ease import Ease, EaseConfig
from engine.recommend.explain import Additive, Explains, ReadsText
from engine.recommend.frequency import Frequency, FrequencyConfig
from engine.recommend.hybrid import Hybrid, HybridConfig
from engine.recommend.known import Known
from engine.recommend.popularity import Popularity, PopularityConfig
from engine.recommend.top import top_k
from engine.recommend.trilinear import Trilinear, TrilinearConfig

RECOMMENDERS: dict[str, type[Model]] = {
    model.name: model for model in (Popularity, Frequency, Ease, Blend, Hybrid, Trilinear)
}

__all__ = [
    "RECOMMENDERS",
    "AdaptedModel",
    "Additive",
    "Blend",
    "BlendConfig",
    "Config",
    "Ease",
    "EaseConfig",
    "Explains",
    "Frequency",
    "FrequencyConfig",
    "Hybrid",
    "HybridConfig",
    "Known",
    "Model",
    "Popularity",
    "PopularityConfig",
    "ReadsText",
    "Recommender",
    "Scope",
    "Start",
    "Trilinear",
    "TrilinearConfig",
    "Weights",
    "top_k",
]

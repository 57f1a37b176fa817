"""The trilinear model. Only its face and its settings are loaded here; torch comes with the first fit."""

from engine.recommend.trilinear.config import Loss, TrilinearConfig, Tuning
from engine.recommend.trilinear.model import Trilinear

__all__ = ["Loss", "Trilinear", "TrilinearConfig", "Tuning"]

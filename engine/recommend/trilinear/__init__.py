"""The trilinear model. Only the model class and its settings are loaded here; torch is imported by the first fit."""

from engine.recommend.trilinear.config import LossName, TrilinearConfig, Tuning
from engine.recommend.trilinear.model import Trilinear

__all__ = ["LossName", "Trilinear", "TrilinearConfig", "Tuning"]

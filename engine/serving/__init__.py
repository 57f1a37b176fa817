"""Lists of the strategies in force over HTTP, each with its reasons: JSON, described by OpenAPI."""

from engine.serving.in_force import FromFile, FromStore, InForce, Strategies
from engine.serving.live_slates import LiveSlates, SurfaceState
from engine.serving.web import app

__all__ = ["FromFile", "FromStore", "InForce", "LiveSlates", "Strategies", "SurfaceState", "app"]

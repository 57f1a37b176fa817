"""Lists of the strategies in force over HTTP, each with its reasons: JSON, described by OpenAPI."""

from engine.serving.in_force import FromFile, FromStore, InForce, Strategies
from engine.serving.live import Live, Place
from engine.serving.web import app

__all__ = ["FromFile", "FromStore", "InForce", "Live", "Place", "Strategies", "app"]

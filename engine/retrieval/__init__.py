"""Top-N candidates of any number of shoppers, in chunks."""

from engine.retrieval.top_n import CHUNK, Candidates, retrieve

__all__ = ["CHUNK", "Candidates", "retrieve"]

"""Top-N candidates of any number of shoppers, in chunks."""

from engine.retrieval.top_n import CHUNK, Candidates, Scorer, retrieve

__all__ = ["CHUNK", "Candidates", "Scorer", "retrieve"]

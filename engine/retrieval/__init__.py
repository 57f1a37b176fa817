"""Top-N candidates of any number of shoppers, in chunks."""

from engine.retrieval.top_n import CHUNK, Candidates, Scorer, at_once, retrieve

__all__ = ["CHUNK", "Candidates", "Scorer", "at_once", "retrieve"]

"""Explanations: why a product has its rank, and what rules cost."""

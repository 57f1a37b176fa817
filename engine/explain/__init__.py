"""Explanations: why a product has its rank, what moved it, and what a rule costs."""

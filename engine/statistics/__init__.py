"""Intervals and tests. Arithmetic that knows nothing of shops."""

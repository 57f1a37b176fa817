"""Strategies, and what becomes of them: lists, measures, curves, intervals, comparisons, training."""

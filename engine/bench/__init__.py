"""The facts of one shop at one cut-off: history, vectors, candidates, evidence to judge lists by, measures."""

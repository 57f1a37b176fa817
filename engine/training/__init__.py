"""Training models, choosing settings, and which stored model is in use."""

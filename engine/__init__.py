"""The torch and numba engine: data in, diverse slates and their metrics out. It never imports the dashboard."""

"""Measurements: scripts that run Evenshelf and its peers, or before and after, side by side; and what they wrote."""

"""Prices that move exposure between groups of products over all lists together."""

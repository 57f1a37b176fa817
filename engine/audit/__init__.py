"""Fairness audits of strategies and of files of lists, as commands and pages ask for them."""

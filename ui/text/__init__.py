"""Texts of the pages: words in both languages, figures with units, names of products and shoppers."""

"""Catalogues as shop systems export them: variants, category paths, HTML, stock below 0, colours in titles."""

"""From files of any form to columns of text, and from their cells to values."""

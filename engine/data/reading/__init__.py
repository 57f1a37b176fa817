"""Files of any form to columns of text, and their cells to values."""

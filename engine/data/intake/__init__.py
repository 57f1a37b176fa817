"""What is asked and decided before files become a shop: columns, ids, dates, events, losses."""

"""The decisions that are made before files become a shop: columns, ids, dates, events, losses."""

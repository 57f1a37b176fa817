"""From one file of orders, reviews or events to products, log and groups of shoppers."""

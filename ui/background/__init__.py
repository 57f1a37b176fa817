"""Work in the background: jobs, preparation of a shop, shared results, and the database of saved strategies."""

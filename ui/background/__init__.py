"""Work beside the page: jobs, preparation of a shop, kept results, the database of strategies."""

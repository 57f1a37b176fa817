"""What a merchandiser sets, as models that validate: the strategy, its rules, exceptions and similarity weights."""

"""What a merchandiser sets: the strategy with its rules, exceptions and similarity weights, as models that validate themselves."""

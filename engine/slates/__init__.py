"""Lists made by a strategy: rules resolved to products, the λ that each list really gets, exposure floors."""

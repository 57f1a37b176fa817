"""The same methods as batched tensor operations, for a graphics card."""

"""What only the Trade-offs page uses."""

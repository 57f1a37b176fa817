"""What only the Strategies page uses."""

"""What only the Models page uses."""

"""What only the Overview page uses."""

"""What only the Tune page uses."""

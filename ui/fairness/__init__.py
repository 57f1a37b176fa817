"""What only the Fairness page uses."""

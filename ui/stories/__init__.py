"""What only the Stories page uses."""

"""What only the Homogenization page uses."""

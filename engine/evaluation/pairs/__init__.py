"""What lists are worth over pairs of λ and σ, and which pair to take."""

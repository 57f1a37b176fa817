"""Why a product stands where it stands, what moved it, and what a rule costs."""

"""Why a product stands where it stands, and what rules cost."""

"""Controls, downloads and cards that several pages use."""

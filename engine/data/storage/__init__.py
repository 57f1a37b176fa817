"""Files on disk: written under new names, pointed to, locked, checked, private to their owner."""

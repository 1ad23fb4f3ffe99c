"""Records: what every layer speaks of. Imports nothing above it."""

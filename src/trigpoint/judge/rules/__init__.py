"""The cascade: one ordered tuple of rules for each layer."""

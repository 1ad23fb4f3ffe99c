"""Kinds of interference, and of trouble that is none: one file each, which declares ``CENSOR``."""

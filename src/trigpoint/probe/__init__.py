"""Measurements of one's own: each step by itself, written in OONI's format, with consent and without addresses."""

"""Figures: what a report may print, computed from the tables of a survey by pure functions."""

"""OPEN: one module for each format of measurement files, each declaring ``FORMAT``."""

"""The indicators: one file each, which declares ``INDICATOR``."""

"""Open folder: one file for each chart, which declares ``CHART``."""

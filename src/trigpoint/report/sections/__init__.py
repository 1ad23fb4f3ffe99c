"""Open folder: one file for each section, which declares ``SECTION``."""

"""The survey directory: one folder that holds the tables of one run of the whole."""

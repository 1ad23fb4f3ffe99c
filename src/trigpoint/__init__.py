"""Trigpoint: an open observatory of the Internet, in which every figure leads back to its evidence."""

__version__ = "0.1.0"

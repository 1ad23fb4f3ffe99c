"""Public claims set beside figures and cited facts: which of them bear on a claim, how far it is off, what follows."""

from trigpoint.figures.claims.check import check, read, shipped

__all__ = ["check", "read", "shipped"]

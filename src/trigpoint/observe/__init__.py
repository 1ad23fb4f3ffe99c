"""Records become observation tables: facts, enriched, never a conclusion (R1)."""

from trigpoint.observe.flatten import tables
from trigpoint.observe.run import Observed, ObserveInterrupted, Progress, ShowProgress, observe

__all__ = ["ObserveInterrupted", "Observed", "Progress", "ShowProgress", "observe", "tables"]

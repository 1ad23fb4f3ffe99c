"""The fictional country ``XL``: a few hundred measurements in OONI's data format, written from a seed.

They cover every mechanism and every explanation, so that a demonstration and the tests have all of them, and every
record says that it is fictional. What is true of each stands in its :class:`Scenario`; no record tells it.
"""

from trigpoint.sample.calendar import SCENARIOS, records
from trigpoint.sample.folder import write
from trigpoint.sample.scenario import Context, Scenario

__all__ = ["SCENARIOS", "Context", "Scenario", "records", "write"]

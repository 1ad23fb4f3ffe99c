"""Tasks spread over processes of this machine or of a cluster, results in the order of the tasks.

A task is a value that can be pickled, and doing it twice must do no harm: a worker that dies is replaced, and what it
did not finish is done again.
"""

from __future__ import annotations

from trigpoint.workers.hiring import hired
from trigpoint.workers.ordered import Report, Task, Workers, in_order
from trigpoint.workers.processes import pool

__all__ = ["Report", "Task", "Workers", "hired", "in_order", "pool"]

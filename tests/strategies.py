"""Strategies that several test files share."""

from __future__ import annotations

from hypothesis import strategies as st

from trigpoint.model.explanation import EXPLANATIONS
from trigpoint.model.failure import FAILURES
from trigpoint.model.mechanism import MECHANISMS

mechanisms = st.sampled_from(sorted(MECHANISMS))
"""Names of mechanisms."""

explanations = st.sampled_from(sorted(EXPLANATIONS))
"""Names of explanations."""

failures = st.none() | st.sampled_from(sorted(FAILURES)) | st.text().map("unknown_failure: {}".format)
"""Failure strings: none, known, and whatever a program may write."""

"""Measurements of one's own: consent, lists, budget, nettests, and records in OONI's data format.

What is measured is written down by :mod:`trigpoint.net.dial`; here it is decided what is measured, and what of
it leaves memory: every value of a record passes the scrubber before it is written (requirement R10).
"""

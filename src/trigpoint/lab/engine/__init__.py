"""The filter on the way, without I/O: packets, time and a seed go in; verdicts, packets and events come out.

A censor is a frozen value and its functions. What it remembers belongs to a flow or to the table of residual blocking,
and both tables are small by design: this filters a laboratory, and could not filter a real link.
"""

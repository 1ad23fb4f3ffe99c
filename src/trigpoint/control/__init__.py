"""The control server: what a probe compares its measurements with, made from where nothing filters.

It speaks the protocol of OONI's test helper for ``web_connectivity`` (``ooni/spec``, ts-017), so that either's probe
can ask either's helper, and offers what other nettests talk to: echoes, a sink, and a zone that tells who asked.
"""

"""Every network of every world, read once for all tests that look at each."""

from __future__ import annotations

from trigpoint.lab.world.load import load, names

PLACES = tuple((name, network.name) for name in names() for network in load(name).networks)
"""Names of a world and of one of its networks."""

"""Nettests: the **open set**. One file each, which declares ``NETTEST``."""

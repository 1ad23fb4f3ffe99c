"""Servers without a place: what the lab's hosts run, and the control server. Each takes its sockets from others."""

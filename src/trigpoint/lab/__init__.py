"""The virtual Internet: hosts, links, and filters of known behaviour that log each of their acts."""

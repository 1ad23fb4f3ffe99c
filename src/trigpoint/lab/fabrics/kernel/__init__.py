"""The fabric of real kernel sockets, in namespaces that the lab makes itself, without root. Linux alone has them.

The lab is one child process without threads (a process with threads may not enter a user namespace). ``fabric`` and
``channel`` are on this side of it; ``office`` and all below it run in the child.
"""

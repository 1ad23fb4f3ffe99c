"""What carries packets between hosts: real kernel sockets in namespaces of our own, or a loop in virtual time."""

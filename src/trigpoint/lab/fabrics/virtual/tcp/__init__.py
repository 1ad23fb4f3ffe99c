"""TCP without I/O: packets, calls and the time in; packets, bytes and an error out (RFC 9293)."""

"""How bytes move: names, addresses, wire formats. Parsers only: nothing here opens a socket."""

"""Network acts, each done by itself and written down as it happens: what a probe and a control measure with.

An act (look up a name, connect, shake hands, ask for a page) never raises for what the network does to it: its outcome
is a failure string of :mod:`trigpoint.model.failure`, noted in the diary with every read and write. Only
``create_connection``, ``create_datagram_endpoint`` and ``getaddrinfo`` of a dialer (the running loop, where no other is
given: :mod:`trigpoint.net.dial.dialer`) and the time of the running loop are used, so the same code measures on real
sockets and in virtual time.
"""

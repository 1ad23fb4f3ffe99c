"""What the hosts of a world run: name servers, resolvers, web servers, interceptors. On a stack's sockets only."""

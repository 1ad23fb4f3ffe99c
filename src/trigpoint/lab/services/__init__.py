"""What the hosts of a world run: name servers, resolvers, web servers, interceptors, echo. Fabrics carry them."""

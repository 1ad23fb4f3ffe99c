"""What a world is: access networks, hosts, sites, censors, and what is true. One value, read from one TOML file."""

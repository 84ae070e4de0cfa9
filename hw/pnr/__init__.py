"""nextpnr: place and route, and the slowest path."""

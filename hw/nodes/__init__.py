"""Which components make up each kind of node."""

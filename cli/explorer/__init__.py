"""The mask explorer: a local page on which layers' methods are chosen, and its server."""

"""Nodes of a Program, a file for each family of them, and the catalog of all kinds."""

"""Layers of a Graph, a file for each family of them. Nothing here imports torch."""

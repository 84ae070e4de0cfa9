"""Proofs of the components that add, shift and compare."""

"""Proofs of the layer methods' components, a file for each."""

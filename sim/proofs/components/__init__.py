"""Proofs of the components that all layers share."""

"""Least squares, which several methods share."""

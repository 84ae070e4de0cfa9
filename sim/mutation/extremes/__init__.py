"""Inputs that drive a layer's sums to their extremes, a file for each method."""

"""Layers under training: parameters in real numbers, results in the program's integers."""

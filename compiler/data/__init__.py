"""Readers for the standard image data sets; nothing here imports torch."""

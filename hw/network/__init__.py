"""Stages of a whole program and the streams between them."""

"""Choosing which layers become tables, and how: the search behind ``--mask auto:...``."""

"""How images are walked: rings of rows, windows, borders."""

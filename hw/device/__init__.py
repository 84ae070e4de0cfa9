"""FPGAs: families and devices, and their cells."""

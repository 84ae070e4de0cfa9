"""A simulated board: a board's top in Verilator, its serial line on a pseudo-terminal."""

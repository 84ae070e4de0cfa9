"""Clocks of boards: the PLL of each family that makes the build's clock of the oscillator's."""

"""Hardware of the method `exact`: banks of multipliers."""

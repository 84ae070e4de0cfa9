"""Hardware of the method `dyadic`: banks that shift and negate."""

"""Hardware of the method `haste`: none yet, and a refusal that says so."""

"""Hardware of the method `haste`: channels hashed, merged and multiplied, patch by patch."""

"""Hardware of the layer methods, a folder for each, and what they share."""

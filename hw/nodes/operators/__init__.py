"""Hardware of every node that is not a weighted layer, a file for each."""

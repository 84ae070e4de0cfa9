"""What the nodes without weights compute, once more in plain loops, a file for each family."""

"""What the nodes without weights compute, a file for each family."""

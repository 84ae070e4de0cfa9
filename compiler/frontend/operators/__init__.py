"""What becomes of each operator of an exported module: a file for each family of them."""

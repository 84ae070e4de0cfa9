"""What each operator of a Graph asks of scales, and its node: a file for each family, a catalog."""

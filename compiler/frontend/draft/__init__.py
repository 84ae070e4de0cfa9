"""What the front end builds a graph from: calls of operators, their places and values."""

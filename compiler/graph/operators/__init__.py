"""How the layers of a Graph are computed in float, a file for each family, and their catalog."""

"""Layer after layer from the float network to integers, each learned on what arrives."""

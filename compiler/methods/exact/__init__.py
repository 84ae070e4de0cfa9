"""The method `exact`: integer weights and multiplication."""

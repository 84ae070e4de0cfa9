"""Mutation testing of the hardware: a tool for tabfab's developers."""

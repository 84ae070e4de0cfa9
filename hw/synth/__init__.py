"""Yosys: passes, netlists, cell counts."""

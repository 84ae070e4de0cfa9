"""Simulating a build, under the name that users import: see `tabfab.sim.bench.simulate`."""

from .bench.simulate import SimulateOptions, simulate

__all__ = ["SimulateOptions", "simulate"]

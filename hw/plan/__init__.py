"""The planner: which folding, which memories, which queue depths, and what they take."""

from .fit import Misfit, PlanError
from .plan import Plan, PlanOptions, build_network, layer_clocks, make_plan

__all__ = [
    "Misfit",
    "Plan",
    "PlanError",
    "PlanOptions",
    "build_network",
    "layer_clocks",
    "make_plan",
]

"""Folding: how much of a layer's work happens per clock."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..compiler.program import Conv, TableConv
from .packing import MemoryOptions


@dataclass(frozen=True)
class Folding:
    """One layer's folding.

    Parameters
    ----------
    lanes: subspaces (table layer) or input channels (exact layer) per clock (S).
    outputs: output channels per clock (P).
    encoders: subspaces of a table layer that are coded per clock; 0: as many as arrive per clock.
    memory: how its tables are laid out in memory.
    """

    lanes: int
    outputs: int
    encoders: int = 0
    memory: MemoryOptions = field(default_factory=MemoryOptions)

    def __post_init__(self) -> None:
        if min(self.lanes, self.outputs) < 1 or self.encoders < 0:
            raise TypeError(
                f"lanes and outputs must be positive, not {self.lanes}, {self.outputs}, and "
                f"encoders not negative, not {self.encoders}"
            )


def foldable_inputs(node: Conv) -> int:
    """What `Folding.lanes` divides up: subspaces of a table layer, channels of an exact one."""
    if isinstance(node, TableConv):
        return node.encoder.subspaces
    channels: int = node.weight.shape[1]  # type: ignore[attr-defined]
    return channels


def nearest_folding(node: Conv, lanes: int, outputs: int) -> Folding:
    """The closest folding that `node` allows without exceeding what was asked for.

    `lanes` is cut to the layer's subspaces or channels, `outputs` to a divisor of its output
    channels.
    """
    channels = node.shape[0]
    divisors = [n for n in range(1, min(channels, max(1, outputs)) + 1) if channels % n == 0]
    return Folding(max(1, min(lanes, foldable_inputs(node))), divisors[-1])


def clocks_per_position(node: Conv, folding: Folding) -> int:
    """Clocks that a folded layer takes for one output pixel (its initiation interval)."""
    taps = 1 if isinstance(node, TableConv) and node.layout == "patch" else node.taps
    groups = -(-foldable_inputs(node) // folding.lanes)
    return groups * taps * (node.shape[0] // folding.outputs)

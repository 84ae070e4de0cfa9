"""Folding: how much of a layer's work happens per clock."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...compiler.program import Conv, ExactConv, TableConv
from ..logic.packing import MemoryOptions
from .bank_geometry import BankGeometry, divisors, grouped_foldings


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
            raise ValueError(
                f"lanes and outputs must be positive, not {self.lanes}, {self.outputs}, and "
                f"encoders not negative, not {self.encoders}"
            )


def foldable_inputs(node: Conv) -> int:
    """What `Folding.lanes` divides up: subspaces of a table layer, channels of an exact one."""
    if isinstance(node, TableConv):
        return node.encoder.subspaces
    assert isinstance(node, ExactConv)
    return node.weight.shape[1] * node.groups


def bank_geometry(node: Conv, folding: Folding) -> BankGeometry:
    """How the layer's tables or weights are read.

    Raises
    ------
    FoldingError: the layer cannot be folded so.
    """
    taps = 1 if isinstance(node, TableConv) and node.layout == "patch" else node.taps
    inputs, channels = foldable_inputs(node), node.shape[0]
    return BankGeometry(inputs, channels, taps, folding.lanes, folding.outputs, node.groups)


def foldings(node: Conv) -> list[tuple[int, int]]:
    """Every (lanes, outputs) worth considering, without ways to waste lanes."""
    inputs, channels = foldable_inputs(node), node.shape[0]
    if node.groups > 1:
        each = (inputs // node.groups, channels // node.groups)
        return sorted(grouped_foldings(*each, node.groups))
    words = {-(-inputs // lanes) for lanes in range(1, inputs + 1)}
    lanes = sorted({-(-inputs // count) for count in words})
    return [(s, p) for s in lanes for p in divisors(channels)]


def nearest_folding(node: Conv, lanes: int, outputs: int) -> Folding:
    """The closest folding that `node` allows without exceeding what was asked for.

    `lanes` is cut to the layer's subspaces or channels, `outputs` to a divisor of its output
    channels; in a layer with groups both are cut to what `BankGeometry` allows.
    """
    if node.groups == 1:
        fitting = [n for n in divisors(node.shape[0]) if n <= max(1, outputs)]
        return Folding(max(1, min(lanes, foldable_inputs(node))), fitting[-1])
    allowed = [(s, p) for s, p in foldings(node) if s <= max(1, lanes) and p <= max(1, outputs)]
    return Folding(*max(allowed, key=lambda pair: pair[0] * pair[1]))


def clocks_per_position(node: Conv, folding: Folding) -> int:
    """Clocks that a folded layer takes for one output pixel (its initiation interval)."""
    return bank_geometry(node, folding).steps

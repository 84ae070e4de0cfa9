"""Folding: how much of a layer's work happens per clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..logic.packing import MemoryOptions
from .bank_geometry import divisors, grouped_foldings


@dataclass(frozen=True)
class Folding:
    """One layer's folding.

    Parameters
    ----------
    lanes: of the layer's inputs (subspaces of a table layer, channels of an exact one), how many
        per clock (S).
    outputs: output channels per clock (P).
    knobs: what else the layer's method lets be chosen, each at least 1; what is not named is up
        to the method (`LayerHardware.knob_names`).
    memory: how its tables or weights are laid out in memory.
    taps: of a window, how many per clock (T): one, all rows of a column, or all.
    """

    lanes: int
    outputs: int
    knobs: Mapping[str, int] = field(default_factory=dict, hash=False)
    memory: MemoryOptions = field(default_factory=MemoryOptions)
    taps: int = 1

    def __post_init__(self) -> None:
        knobs = MappingProxyType(dict(sorted(self.knobs.items())))
        object.__setattr__(self, "knobs", knobs)  # nobody else's to change
        if min(self.lanes, self.outputs, self.taps, *knobs.values()) < 1:
            raise ValueError(
                f"lanes, outputs, taps and knobs must be positive, not {self.lanes}, "
                f"{self.outputs}, {self.taps} and {dict(knobs)}"
            )


@dataclass(frozen=True)
class Foldable:
    """What the foldings of a layer divide up.

    Parameters
    ----------
    inputs: subspaces of a table layer, channels of an exact one, all groups together.
    channels: that come out.
    groups: as in `torch.nn.Conv2d`.
    """

    inputs: int
    channels: int
    groups: int

    def foldings(self) -> list[tuple[int, int]]:
        """Every (lanes, outputs) worth considering, without ways to waste lanes."""
        if self.groups > 1:
            each = (self.inputs // self.groups, self.channels // self.groups)
            return sorted(grouped_foldings(*each, self.groups))
        words = {-(-self.inputs // lanes) for lanes in range(1, self.inputs + 1)}
        lanes = sorted({-(-self.inputs // count) for count in words})
        return [(s, p) for s in lanes for p in divisors(self.channels)]

    def nearest(self, lanes: int, outputs: int) -> Folding:
        """The closest folding that the layer allows without exceeding what is asked for.

        `lanes` is cut to the layer's inputs, `outputs` to a divisor of its output channels; with
        groups both are cut to what `BankGeometry` allows.
        """
        lanes, outputs = max(1, lanes), max(1, outputs)
        if self.groups == 1:
            fitting = [n for n in divisors(self.channels) if n <= outputs]
            return Folding(min(lanes, self.inputs), fitting[-1])
        allowed = [(s, p) for s, p in self.foldings() if s <= lanes and p <= outputs]
        return Folding(*max(allowed, key=lambda pair: pair[0] * pair[1]))

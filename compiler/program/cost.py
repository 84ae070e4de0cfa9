"""What every layer of a program costs to compute, and the whole; counted in `operations`."""

from __future__ import annotations

from dataclasses import dataclass

from .nodes.conv import Conv
from .operations import Cost
from .program import Program


@dataclass(frozen=True)
class LayerCost(Cost):
    """Cost of one layer of a program.

    Parameters
    ----------
    name: of the layer.
    method: of the layer, by name.
    """

    name: str
    method: str


@dataclass(frozen=True)
class ProgramCost:
    """Cost of every convolution and linear layer.

    Parameters
    ----------
    layers: in mask order.
    """

    layers: tuple[LayerCost, ...]

    @property
    def operations_exact(self) -> int:
        """Multiply-accumulates of the network by multiplication."""
        return sum(layer.exact for layer in self.layers)

    @property
    def operations_program(self) -> int:
        """Operations of the program: multiply-accumulates, comparisons and additions."""
        return sum(layer.operations for layer in self.layers)

    @property
    def counts(self) -> dict[str, int]:
        """What the program does for an image, by kind: its operations, and shifts beside them."""
        kinds = ("multiplications", "comparisons", "additions", "shifts")
        return {kind: sum(getattr(layer, kind) for layer in self.layers) for kind in kinds}

    @property
    def multiplications(self) -> int:
        """Multiply-accumulates of the program."""
        return self.counts["multiplications"]

    @property
    def additions(self) -> int:
        """Additions of the program, those of multiply-accumulates apart."""
        return self.counts["additions"]

    @property
    def shifts(self) -> int:
        """Shifts of the program."""
        return self.counts["shifts"]

    @property
    def operations_tabconv(self) -> int:
        """Operations of the program by the TabConv paper's convention."""
        return sum(layer.tabconv for layer in self.layers)

    @property
    def weight_bytes(self) -> int:
        """Bytes of all layers' weights, one byte each."""
        return sum(layer.weight_bytes for layer in self.layers)

    @property
    def stored_bytes(self) -> int:
        """Bytes of all tables, and of the weights of exact layers."""
        return sum(layer.stored_bytes for layer in self.layers)


def layer_cost(program: Program, node: Conv) -> LayerCost:
    """Cost of one layer of `program`."""
    cost = node.cost(program[node.inputs[0]].shape)
    return LayerCost(**vars(cost), name=node.name, method=node.method)


def program_cost(program: Program) -> ProgramCost:
    """Cost of every convolution and linear layer of `program`."""
    return ProgramCost(tuple(layer_cost(program, node) for node in program.convs))

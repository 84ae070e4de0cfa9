"""What a Program costs to compute: operations and bytes. Nothing here imports torch.

An exact layer costs multiply-accumulates (the TabConv paper's "FLOPs", arXiv 2404.05872). A table
layer costs the comparisons of its encoders and the additions of its table rows; nearest-prototype
encoders multiply and accumulate instead of comparing. Requantization is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from .program import Conv, NearestEncoder, Program, TableConv


@dataclass(frozen=True)
class Cost:
    """Operations and bytes of one layer, or of a whole program, for one image.

    Parameters
    ----------
    exact: multiply-accumulates of the layer by multiplication.
    multiplications: multiply-accumulates that are left.
    comparisons: of the encoders.
    additions: of table rows.
    weight_bytes: of the layer's weights, one byte each.
    table_bytes: of its tables, one byte each entry; 0 for an exact layer.
    """

    exact: int
    multiplications: int
    comparisons: int
    additions: int
    weight_bytes: int
    table_bytes: int

    @property
    def operations(self) -> int:
        """All operations that the program does."""
        return self.multiplications + self.comparisons + self.additions

    @property
    def stored_bytes(self) -> int:
        """Bytes of what is really stored: tables, or weights where there are none."""
        return self.table_bytes or self.weight_bytes


@dataclass(frozen=True)
class LayerCost(Cost):
    """Cost of one layer.

    Parameters
    ----------
    name: of the layer.
    method: ``table`` or ``exact``.
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
    def weight_bytes(self) -> int:
        """Bytes of all layers' weights, one byte each."""
        return sum(layer.weight_bytes for layer in self.layers)

    @property
    def stored_bytes(self) -> int:
        """Bytes of all tables, and of the weights of exact layers."""
        return sum(layer.stored_bytes for layer in self.layers)


def layer_cost(program: Program, node: Conv) -> LayerCost:
    """Cost of one layer of `program`."""
    channels, height, width = program[node.inputs[0]].shape
    outputs, rows, columns = node.shape
    positions = rows * columns
    weights = outputs * (channels // node.groups) * node.taps
    exact = positions * weights
    if not isinstance(node, TableConv):
        return LayerCost(exact, exact, 0, 0, weights, 0, node.name, node.method)
    encoder = node.encoder
    coded = height * width if node.layout == "pixel" else positions
    encodings = coded * encoder.subspaces
    lookups = node.tables.shape[1] * encoder.subspaces // node.groups
    nearest = isinstance(encoder, NearestEncoder)
    return LayerCost(
        exact=exact,
        multiplications=encodings * encoder.prototypes * encoder.length if nearest else 0,
        comparisons=0 if nearest else encodings * encoder.levels,
        additions=positions * lookups * outputs,
        weight_bytes=weights,
        table_bytes=node.tables.size,
        name=node.name,
        method=node.method,
    )


def program_cost(program: Program) -> ProgramCost:
    """Cost of every convolution and linear layer of `program`."""
    return ProgramCost(tuple(layer_cost(program, node) for node in program.convs))

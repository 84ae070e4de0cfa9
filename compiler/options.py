"""What a user may choose about a compilation. Nothing here imports torch."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .graph import Conv, Graph
from .methods.catalog import METHODS
from .methods.dyadic.options import DyadicOptions
from .methods.exact.options import ExactOptions
from .methods.haste.options import HasteOptions
from .methods.mask import OTHERS, Mask, methods_by, normal_mask
from .methods.table.options import TableOptions
from .scales.tensor_scale import TensorScale
from .store.errors import TabfabError
from .store.settings import setting

CALIBRATION_IMAGES = 1000
"""Images to learn scales, encoders and tables from, where nobody says how many: enough for most
networks."""

_LONGEST = 4096
"""Elements of a subspace: its metric is a matrix of so many rows and columns."""
_ANY_LENGTH = 64
"""Subspace length that is taken for any network, as a search for one tries it."""


@dataclass(frozen=True, kw_only=True)
class LayerOptions(TableOptions, ExactOptions, DyadicOptions, HasteOptions):
    """Settings of a layer: those of all methods, so that its method may be chosen apart.

    A method that is not in the catalog may bring a subclass of this with its own settings, for
    the layers that it computes (`CompileOptions.layers`).
    """

    def of_one_layer(self) -> LayerOptions:
        """These settings without what a `CompileOptions` says of the whole network."""
        fields = dataclasses.fields(LayerOptions)
        return LayerOptions(**{item.name: getattr(self, item.name) for item in fields})


@dataclass(frozen=True, kw_only=True)
class CompileOptions(LayerOptions):
    """Settings of `tabfab.compiler.compile.compile_graph`, for all layers and for single ones.

    Parameters
    ----------
    mask: the method of every layer (`Mask`); kept as names.
    argmax: end the program with the number of the largest output instead of the outputs.
    layers: by name, the layers with settings of their own; all others take those given here.
    """

    mask: Mask = setting(  # noqa: RUF009, a field
        "all",
        "Method of each convolution and linear layer in order, as 1 (table) and 0 (exact) or by "
        "name: 0,1,1 or exact,table,table; or one for all: all (table), none (exact), a name. Or "
        "those that are tables, all others being exact: all-but-first, all-but-first-last, numbers "
        "from 1 on and ranges (2-31,33), names ('stack1.*'); each also with another method: "
        "'all-but-first,5-9=dyadic', where the last one that fits a layer counts.",
    )
    argmax: bool = setting(
        False,
        "End in the class number instead of its scores, whose scale is then chosen so that few "
        "are equal.",
        option="--argmax",
    )
    layers: Mapping[str, LayerOptions] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "mask", normal_mask(self.mask))

    def of(self, name: str) -> LayerOptions:
        """The settings of the layer `name`."""
        return self.layers.get(name, self)

    def methods(self, graph: Graph) -> dict[str, str]:
        """The name of the method of every maskable layer of `graph`, by the layer's name.

        Raises
        ------
        TabfabError: the mask does not fit the graph's maskable layers (`methods_by`), a layer
            with settings of its own is none of them, or a layer lacks settings of its method.
        """
        names = [layer.name for layer in graph.convs]
        for name in self.layers:
            if name not in names:
                raise TabfabError(
                    f"there are settings for a layer {name!r}, but the network's maskable layers "
                    f"are {', '.join(names)}"
                )
        methods = methods_by(self.mask, names)
        for layer in graph.convs:
            name = layer.name
            method = METHODS[methods[name]]
            if not isinstance(self.of(name), method.options):
                raise TabfabError(
                    f"layer {name!r} has no settings of its method {methods[name]!r}: give "
                    f"it {method.options.__name__} in CompileOptions.layers"
                )
            if isinstance(self.mask, str) and not method.takes(graph, layer, self.of(name)):
                methods[name] = OTHERS
        self._check_lengths(graph, [name for name in names if methods[name] == "table"])
        return methods

    def _check_lengths(self, graph: Graph, tables: Sequence[str]) -> None:
        """Refuse subspaces that no table layer can have, and those that none can learn."""
        most, longest = 0, ""
        for name in tables:
            layer = graph[name]
            assert isinstance(layer, Conv)
            channels = graph[layer.inputs[0]].shape[0]
            most, longest = max((most, longest), (self.of(name).elements(layer, channels), name))
            length = self.of(name).cut(layer, channels)[1]
            if length > _LONGEST:
                raise TabfabError(
                    f"layer {name!r} would be cut into subspaces of {length} elements, and "
                    f"{_LONGEST} are the most that can be coded together; choose a smaller "
                    "--subspace-length, or more --subspaces"
                )
        for name in tables:
            length = self.of(name).subspace_length
            if length > max(most, _ANY_LENGTH):
                raise TabfabError(
                    f"--subspace-length {length} is longer than any input that is cut: the "
                    f"longest, that of layer {longest!r}, has {most} elements; choose at most that"
                )


def _fields(options: type) -> set[str]:
    return {item.name for item in dataclasses.fields(options)}


_NOT_OF_A_LAYER = {"seed", "additions_of_filters"} | (
    _fields(CompileOptions) - _fields(LayerOptions)
)


def settled(
    options: CompileOptions,
    graph: Graph,
    images: NDArray[np.uint8],
    scales: Mapping[str, TensorScale],
) -> tuple[CompileOptions, dict[str, object]]:
    """The options with what follows from all layers of a method together (`Method.settle`).

    Parameters
    ----------
    options: as they were given.
    graph: the float network.
    images: (N, height, width, channels) uint8 calibration images.
    scales: of all tensors.

    Returns
    -------
    What to learn each layer by, and what the program should say of it.
    """
    methods, layers = options.methods(graph), dict(options.layers)
    said: dict[str, object] = {}
    for name, method in METHODS.items():
        own = {
            layer: options.layers.get(layer) or options.of_one_layer()
            for layer, used in methods.items()
            if used == name
        }
        changed, notes = method.settle(graph, own, images, scales)
        layers |= changed
        said |= notes
    return dataclasses.replace(options, layers=layers), said


def layer_settings(options: LayerOptions) -> dict[str, object]:
    """The settings of one layer as JSON values."""
    names = (item.name for item in dataclasses.fields(options))
    return {name: getattr(options, name) for name in names if name not in _NOT_OF_A_LAYER}

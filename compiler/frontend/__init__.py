"""From an `nn.Module`, an exported program or a saved network to a `Graph`."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from torch import nn
from torch.export import ExportedProgram

from ..graph import Graph
from ..program import Shape
from ..scales.grids import align_grids
from ..tasks import ENDINGS
from .aten import AtenGraph, in_float32
from .draft.draft import Draft
from .draft.place import Place, UnsupportedOperatorError
from .exported import ExportError, aten_graph
from .folding import fold
from .lowering import lower
from .pixels import Pixels
from .taps import drop_dead_taps

__all__ = [
    "AtenGraph",
    "ExportError",
    "Imported",
    "Pixels",
    "Place",
    "UnsupportedOperatorError",
    "import_graph",
    "import_network",
]


@dataclass(frozen=True, eq=False)
class Imported:
    """A network as tabfab computes it.

    Parameters
    ----------
    graph: its layers.
    unaligned: the same without what sums of two grids round once more (`scales.grids`).
    notes: what is not computed as it was written, in sentences for the user.
    aten: its operators, in float32, as torch computes them.
    left_out: results of operators that left no layer behind although they change numbers: dropout,
        and a softmax or sigmoid at the end.
    pixels: what the network takes pixels as.
    ending: what it ended in and `graph` leaves out (`tabfab.compiler.tasks.ENDINGS`); often empty.
    """

    graph: Graph
    unaligned: Graph
    notes: tuple[str, ...]
    aten: AtenGraph
    left_out: frozenset[str]
    pixels: Pixels
    ending: str


def import_network(
    model: AtenGraph | ExportedProgram | nn.Module,
    image_shape: tuple[int, ...] | None = None,
    pixels: Pixels | None = None,
) -> Imported:
    """The layers of a trained network.

    Parameters
    ----------
    model: takes images (N, channels, height, width), sequences (N, channels, length) or vectors
        (N, features), or several of one size, side by side (`several_inputs`). A module takes one
        and is exported in evaluation mode, without changing it; what a file holds is a
        `LoadedModel.network`.
    image_shape: (channels, height, width), (channels, length) or (features,); needed for a
        module, ignored otherwise.
    pixels: what it takes pixels as; in [0, 1] if not given, or whole numbers as they are.

    Raises
    ------
    UnsupportedOperatorError: for an operator that no layer stands for; it names the operator,
        its module and source line, and what would work instead.
    TabfabError: if torch cannot export the module, or a weight is NaN or infinite.
    """
    pixels = pixels or Pixels()
    aten = model if isinstance(model, AtenGraph) else aten_graph(model, image_shape)
    aten = in_float32(aten)
    draft = lower(aten, pixels)
    fold(draft)
    unaligned = drop_dead_taps(draft.graph())
    graph, notes = align_grids(unaligned)
    return Imported(
        graph, unaligned, (*draft.notes, *notes), aten, frozenset(draft.left_out), pixels,
        ending=_ending(draft, graph.layers[-1].shape),
    )  # fmt: skip


def _ending(draft: Draft, output: Shape) -> str:
    """What the network ended in, where it is known what it does to an output of this shape."""
    ending, tail = draft.ending
    if ending not in ENDINGS:
        return ""  # dropout, which does nothing
    if ending in ("sigmoid", "log_sigmoid") or output == (*tail, 1, 1)[:3]:
        return ending
    return f"{ending} in another shape"  # which no task that compares values takes


def import_graph(
    model: AtenGraph | ExportedProgram | nn.Module,
    image_shape: tuple[int, ...] | None = None,
    pixels: Pixels | None = None,
) -> Graph:
    """The graph of `import_network` alone; what is not computed as it was written is a warning."""
    imported = import_network(model, image_shape, pixels)
    for note in imported.notes:
        warnings.warn(note, stacklevel=2)
    return imported.graph

"""From an `nn.Module` or an exported program to a `Graph`."""

from __future__ import annotations

from torch import nn
from torch.export import ExportedProgram

from ..graph import Graph
from ..program import Shape
from .folding import fold
from .lowering import lower
from .place import Place, UnsupportedOperatorError
from .taps import drop_dead_taps
from .trace import trace

__all__ = ["Place", "UnsupportedOperatorError", "import_graph"]


def import_graph(model: ExportedProgram | nn.Module, image_shape: Shape | None = None) -> Graph:
    """The float graph of a trained network.

    Parameters
    ----------
    model: takes float images (N, channels, height, width) in [0, 1] and returns one tensor. A
        module is exported in evaluation mode, without changing it.
    image_shape: (channels, height, width); needed for a module, ignored otherwise.

    Raises
    ------
    UnsupportedOperatorError: for an operator that no layer stands for; it names the operator,
        its module and source line, and what would work instead.
    TabfabError: if torch cannot export the module, or a weight is NaN or infinite.
    """
    draft = lower(trace(model, image_shape))
    fold(draft)
    return drop_dead_taps(draft.graph())

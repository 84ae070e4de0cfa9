"""From a module or an exported program to functional ATen operators."""

from __future__ import annotations

import copy
import warnings

from torch import nn
from torch.export import ExportedProgram

from ..graph.model_file import export
from ..program import Shape
from ..store.errors import TabfabError


def trace(model: ExportedProgram | nn.Module, image_shape: Shape | None) -> ExportedProgram:
    """`model` as an exported program without in-place operators.

    An empty decomposition table keeps the operators that users write (`conv2d`, `linear`,
    `adaptive_avg_pool2d`) instead of torch's core set, and turns those that overwrite their
    argument (`relu_`, `add_`) into ordinary ones, aliases included.

    Parameters
    ----------
    model: a module is exported here, in evaluation mode and in float32, without changing it.
    image_shape: (channels, height, width); only for modules, which do not know it.
    """
    if isinstance(model, nn.Module):
        if image_shape is None:
            raise TabfabError(
                "a module does not know the size of its images: give import_graph the "
                "image_shape (channels, height, width), or an exported program"
            )
        model = export(copy.deepcopy(model).float().eval(), image_shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # torch's own use of its pytree
        return model.run_decompositions({})

"""Convolutions, whose nodes are made by their layer methods."""

from __future__ import annotations

import numpy as np

from ...graph import Conv
from ...store.errors import TabfabError
from ..tensor_scale import MOST
from .operator import OwnScale


class ConvOperator(OwnScale[Conv]):
    """A convolution or linear layer by any method."""

    def check(self, layer: Conv) -> None:
        """Raise `TabfabError` for weights that are no numbers, or too large."""
        super().check(layer)
        if not (np.isfinite(layer.weight).all() and np.isfinite(layer.bias).all()):
            raise TabfabError(
                f"layer {layer.name!r}{layer.where} has NaN or infinite weights; train the network "
                "again or repair its checkpoint"
            )
        largest = max(float(np.abs(each).max()) for each in (layer.weight, layer.bias))
        if largest > MOST:
            raise TabfabError(
                f"layer {layer.name!r}{layer.where} has weights of up to {largest:.0e}, of which "
                "nothing can be computed; train the network again or repair its checkpoint"
            )

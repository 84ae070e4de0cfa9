"""The image, whose scale is its normalization's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ... import program
from ...graph import Input
from ...program import ActivationType
from ...store.errors import TabfabError
from ..tensor_scale import TensorScale
from .fields import node_fields
from .operator import PlainOperator


class InputOperator(PlainOperator[Input]):
    """The image: bytes, as they come."""

    keeps_integers = False
    keeps_sign = False
    clamps = False

    def check(self, layer: Input) -> None:
        """Raise `TabfabError` for a normalization that no scale stands for."""
        finite = np.isfinite(layer.mean).all() and np.isfinite(layer.std).all()
        if not (finite and (layer.std > 0).all()):
            raise TabfabError(
                "the input normalization needs a finite mean and a positive std per channel"
            )
        super().check(layer)

    def is_unsigned(self, layer: Input, sources: Sequence[ActivationType]) -> bool:
        """The integers are, whatever the real numbers: their zero is not 0."""
        return True

    def takes_normalized_image(self, layer: Input) -> bool:
        """It reads nothing else."""
        return True

    def node(
        self, layer: Input, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.Input:
        """See `PlainOperator.node`."""
        return program.Input(**node_fields(layer, scale), zero=scale.zero_integers)

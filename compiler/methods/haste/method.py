"""The method `haste`: channels that are alike in a patch are merged, and multiplied once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...graph import Conv, Graph
from ...program import HasteConv
from ...program.nodes.haste import patches
from ...program.operations import Cost, Merging
from ...scales.tensor_scale import TensorScale
from ..method import Arriving, Method, convolution
from .geometry import fitted_patch, hashed_pixels
from .hyperplanes import entries_of
from .options import HasteOptions

if TYPE_CHECKING:
    from torch import Tensor

    from ..fitting.target import Target
    from .learn import HasteLayer


class HasteMethod(Method[HasteOptions]):
    """Channels merged at run time.

    Meiner, Mehnert and Condurache, "Data-Free Dynamic Compression of CNNs for Tractable
    Efficiency" (arXiv 2309.17211).
    """

    name = "haste"
    options = HasteOptions

    def planned_cost(self, network: Graph, layer: Conv, options: HasteOptions) -> Cost:
        """The most that it can be: hashing, and nothing merged.

        How much is merged depends on the activations, which nobody has looked at yet.
        """
        patch = fitted_patch(options.patch, layer.shape)
        pixels = int(hashed_pixels(layer, patch).sum())
        nothing = np.zeros((layer.groups, *patches(layer.shape, patch)))
        return convolution(network, layer).haste(
            Merging(
                patch,
                layer.stride,
                layer.kernel,
                entries=options.hyperplanes * entries_of(pixels, options),
                hyperplanes=options.hyperplanes,
                buckets=nothing + layer.weight.shape[1],
                merged=nothing,
            )
        )

    def takes(self, network: Graph, layer: Conv, options: HasteOptions) -> bool:
        """From the starting layer on, those of more than one pixel.

        Of a single pixel, a hash can tell but whether it is above the mean of all channels.
        """
        number = network.convs.index(layer) + 1
        patch = fitted_patch(options.patch, layer.shape)
        pixels = int(hashed_pixels(layer, patch).sum())
        return number >= options.first_layer and pixels > 1

    def learn(
        self,
        layer: Conv,
        arriving: Arriving,
        target: Target,
        scale: TensorScale,
        options: HasteOptions,
    ) -> HasteLayer:
        """Draw hyperplanes and, unless the layer is to be left as it is, refit its weights."""
        from .learn import learn_merging

        return learn_merging(layer, arriving, target, options)

    def sums(self, node: HasteConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
        """Sums of products over buckets."""
        from .execute import merged_sums

        return merged_sums(node, x, zero)

"""What a layer's conversion costs, measured: one layer at a time, all others as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..convert.convert import Converter
from ..graph import Conv, Graph, float_graph
from ..graph.answer_losses import TaskLoss
from ..methods.method import Learned
from ..options import CompileOptions, LayerOptions
from ..program.operations import Cost
from ..scales.calibrate import calibrate, check_images
from ..store.progress import Progress, silent
from ..tasks import Task, task_without_targets


@dataclass(frozen=True)
class Measured:
    """What one way to compute a layer comes to.

    Parameters
    ----------
    loss: how much the network's answers change.
    cost: what the layer then costs.
    """

    loss: float
    cost: Cost


def measure_layers(
    graph: Graph,
    images: NDArray[np.uint8],
    held_out: NDArray[np.uint8],
    method: str,
    candidates: Mapping[str, Sequence[LayerOptions]],
    progress: Progress = silent,
    task: Task | None = None,
) -> dict[str, list[Measured]]:
    """How much the network's answers change when one layer is computed by another method.

    Every candidate is learned on the activations of the unconverted network and takes the
    layer's place in the float network. Its loss is the mean Kullback-Leibler divergence of the
    answers' probabilities from the float network's, in nats, or what takes its place where answers
    are no scores (`tabfab.compiler.graph.answer_losses`).

    Parameters
    ----------
    graph: the float network.
    images: (N, height, width, channels) uint8 to learn from.
    held_out: (images, height, width, channels) uint8 to measure with.
    method: to try.
    candidates: settings to try it with, by layer; at least one layer.
    progress: called before each layer.
    task: what the answers mean; by the shape of the output if not given.

    Returns
    -------
    What each layer's candidates lose and cost, in their order.
    """
    walk = Walk(graph, images, held_out, method, task)
    measured: dict[str, list[Measured]] = {}
    for done, layer in enumerate(graph):
        progress(done, len(graph.layers), layer.name)
        if isinstance(layer, Conv) and layer.name in candidates:
            measured[layer.name] = walk.measured(layer.name, candidates[layer.name])
    return measured


class Walk:
    """A way through the unconverted network, on which layers are measured one after the other.

    Parameters
    ----------
    graph, images, held_out, method, task: as of `measure_layers`.
    """

    def __init__(
        self,
        graph: Graph,
        images: NDArray[np.uint8],
        held_out: NDArray[np.uint8],
        method: str,
        task: Task | None = None,
    ) -> None:
        check_images(graph, images)
        check_images(graph, held_out)
        output = graph.layers[-1].shape
        self._graph, self._held_out, self._method = graph, held_out, method
        self._loss = TaskLoss(task or task_without_targets(output), output[0])
        with torch.inference_mode():
            self._scales = calibrate(graph, images)
            unconverted = CompileOptions(mask="none")
            self._methods = unconverted.methods(graph)
            self._converter = Converter(graph, images, unconverted, self._scales)
            self._expected = _answers(graph, held_out, {})
        self._ahead = list(graph)

    def reaches(self, name: str) -> bool:
        """Whether the layer is still ahead."""
        return any(layer.name == name for layer in self._ahead)

    def measured(self, name: str, candidates: Sequence[LayerOptions]) -> list[Measured]:
        """Go on to a layer, and measure its candidates.

        Parameters
        ----------
        name: of a convolution or linear layer that is still ahead.
        candidates: settings to try it with.
        """
        with torch.inference_mode():
            while self._ahead[0].name != name:
                layer = self._ahead.pop(0)
                self._converter.convert(layer, self._methods.get(layer.name, ""))
            layer = self._ahead[0]
            assert isinstance(layer, Conv)
            source = self._graph[layer.inputs[0]].shape
            measured = []
            for options in candidates:
                learned = self._converter.learn(layer, self._method, options)
                reached = _answers(self._graph, self._held_out, {name: learned})
                lost = self._loss.distance(reached, self._expected).item()
                cost = learned.node(self._scales[name]).cost(source)
                measured.append(Measured(lost, cost))
        return measured


def _answers(graph: Graph, images: NDArray[np.uint8], instead: Mapping[str, Learned]) -> Tensor:
    return float_graph.answers(graph, images, instead).double()

"""Ways to compute single layers, tried on a network that is otherwise exact, in any order.

`tabfab.compiler.mask.losses` walks through a network once and measures what a search wants of each
layer. Here all activations are held, so that any layer can be tried at any time: what an
interactive choice needs.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ..convert.convert import Converter
from ..graph import Conv, Graph, float_graph
from ..graph.answer_losses import TaskLoss
from ..methods.method import Learned
from ..options import CompileOptions, LayerOptions
from ..program import Conv as ConvNode
from ..program import Node, Program, with_bounds
from ..program.operations import Cost
from ..scales.calibrate import calibrate, check_images
from ..store.progress import Progress, silent
from ..tasks import Task, task_without_targets

_BYTES = 6
"""Held for each element of a layer's output: a float and a 16-bit integer."""


@dataclass(frozen=True, eq=False)
class Tried:
    """What one way to compute a layer comes to.

    Parameters
    ----------
    loss: how much the network's answers change (`tabfab.compiler.graph.answer_losses`).
    cost: what the layer then costs.
    change: (N, height * width * channels) float32, by how much each answer is another.
    """

    loss: float
    cost: Cost
    change: NDArray[np.float32]


def images_within(graph: Graph, memory: int) -> int:
    """How many images' activations fit into so many bytes; at least one.

    Parameters
    ----------
    graph: the float network.
    memory: in bytes.
    """
    elements = sum(int(np.prod(layer.shape)) for layer in graph)
    return max(memory // (_BYTES * elements), 1)


class Tries:
    """A network, converted with all layers exact, of which each layer can be tried otherwise.

    Parameters
    ----------
    graph: the float network.
    images: (N, height, width, channels) uint8 to learn from; see `images_within`.
    judged: (N, height, width, channels) uint8 whose answers are compared; None where nothing will
        be (`node` alone).
    task: what the answers mean; by the shape of the output if not given.
    progress: called before each layer.
    """

    def __init__(
        self,
        graph: Graph,
        images: NDArray[np.uint8],
        judged: NDArray[np.uint8] | None = None,
        task: Task | None = None,
        progress: Progress = silent,
    ) -> None:
        check_images(graph, images)
        output = graph.layers[-1].shape
        self._graph, self._judged = graph, judged
        self._loss = TaskLoss(task or task_without_targets(output), output[0])
        options = CompileOptions(mask="none")
        methods = options.methods(graph)
        with torch.inference_mode():
            self._scales = calibrate(graph, images)
            self._converter = Converter(graph, images, options, self._scales, keep=True)
            for done, layer in enumerate(graph):
                progress(done, len(graph.layers), layer.name)
                self._converter.convert(layer, methods.get(layer.name, ""))
            self._expected = None
            if judged is not None:
                check_images(graph, judged)
                self._expected = float_graph.answers(graph, judged).double()

    @property
    def program(self) -> Program:
        """The network with all layers exact."""
        return Program(tuple(self._converter.nodes.values()))

    def node(self, name: str, method: str, options: LayerOptions) -> ConvNode:
        """The node that a layer becomes.

        Parameters
        ----------
        name: of a convolution or linear layer.
        method, options: how it is computed.
        """
        return self._node(name, self._learned(name, method, options))

    def tried(self, name: str, method: str, options: LayerOptions) -> Tried:
        """What comes of computing one layer in another way, all others exactly.

        Layers behind it are learned again, on what then arrives at them, as the compiler does:
        they make up for much of what the layer loses.

        Parameters
        ----------
        name: of a convolution or linear layer.
        method, options: how it is computed.
        """
        assert self._expected is not None
        assert self._judged is not None
        layer = self._layer(name)
        methods = {each.name: "exact" for each in self._graph.convs} | {name: method}
        mixed = CompileOptions(mask=tuple(methods.values()), layers={name: options})
        with torch.inference_mode():
            onward = self._converter.branch(layer, mixed)
            for each in self._graph.layers[self._graph.layers.index(layer) :]:
                onward.convert(each, methods.get(each.name, ""))
            reached = float_graph.answers(self._graph, self._judged, onward.learned).double()
            loss = self._loss.distance(reached, self._expected).item()
            change = (reached - self._expected).float().numpy()
        node = onward.nodes[name]
        assert isinstance(node, ConvNode)
        source = self._graph[layer.inputs[0]].shape
        return Tried(loss, node.cost(source), change)

    def _learned(self, name: str, method: str, options: LayerOptions) -> Learned:
        with torch.inference_mode():
            return self._converter.learn(self._layer(name), method, options)

    def _node(self, name: str, learned: Learned) -> ConvNode:
        with torch.inference_mode():
            node = learned.node(self._scales[name])
        return with_bounds(node, self._scales[self._layer(name).inputs[0]].type)

    def _layer(self, name: str) -> Conv:
        layer = self._graph[name]
        assert isinstance(layer, Conv)
        return layer


def with_nodes(program: Program, nodes: dict[str, ConvNode]) -> Program:
    """A program with other nodes in the place of those of the same names."""
    replaced: list[Node] = [nodes.get(node.name, node) for node in program]
    return dataclasses.replace(program, nodes=tuple(replaced))

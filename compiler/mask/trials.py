"""Compiling a network with one mask or another, to see what comes of it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compile import compile_graph
from ..convert import execute
from ..data import ImageSet
from ..graph import Graph, float_graph
from ..methods.catalog import METHODS
from ..options import CompileOptions, LayerOptions
from ..program import NearestEncoder, Program
from ..program.encoders import ENCODER_KINDS
from ..program.operations import Cost
from ..store.progress import Progress
from ..tasks import Task, task_without_targets
from .goal import CONVERTED, KEPT
from .losses import Measured, measure_layers


class Trials:
    """One network, what it costs, and what its masks come to.

    Parameters
    ----------
    graph: the float network.
    images: (N, height, width, channels) uint8 to learn from.
    held_out: other training images, for accuracy and losses.
    options: how a layer becomes tables; which do, in its mask, does not matter.
    progress: called before each step.
    as_tabconv: count operations by the TabConv paper's convention.
    task: what the answers mean; by the shape of the output if not given.
    workers: processes that measure layers; this one alone if not given.

    Attributes
    ----------
    names: of the maskable layers, in mask order.
    exact: what each costs by multiplication.
    operations: of the whole network by multiplication, taps that were dropped too.
    dropped: those of them that only such taps would do.
    weight_bytes: of all its int8 weights.
    """

    def __init__(
        self,
        graph: Graph,
        images: NDArray[np.uint8],
        held_out: ImageSet,
        options: CompileOptions,
        progress: Progress,
        as_tabconv: bool = False,
        task: Task | None = None,
        workers: int | None = None,
    ) -> None:
        self.graph = graph
        self.held_out = held_out
        self.options = options
        self.names = [layer.name for layer in graph.convs]
        self._layers = {layer.name: layer for layer in graph.convs}
        self.exact = {name: self._cost(KEPT, name, options.of(name)) for name in self.names}
        self.operations = sum(cost.exact for cost in self.exact.values())
        self.dropped = self.operations - sum(cost.operations for cost in self.exact.values())
        self.weight_bytes = sum(cost.weight_bytes for cost in self.exact.values())
        self._as_tabconv = as_tabconv or issubclass(ENCODER_KINDS[options.encoder], NearestEncoder)
        self._images = images
        self._output = graph.layers[-1].shape
        self._task = task or task_without_targets(self._output)
        self._progress = progress
        self._workers = workers

    def cost(self, name: str, options: LayerOptions, method: str = CONVERTED) -> Cost:
        """What a layer costs as tables, or by another method."""
        return self._cost(method, name, options)

    def _cost(self, method: str, name: str, options: LayerOptions) -> Cost:
        return METHODS[method].planned_cost(self.graph, self._layers[name], options)

    def takes(self, name: str, options: LayerOptions, method: str) -> bool:
        """Whether a mask of nothing but `method` would mean a layer (`Method.takes`)."""
        return METHODS[method].takes(self.graph, self._layers[name], options)

    def counted(self, cost: Cost) -> int:
        """Operations of a layer as tables.

        A nearest encoder is always counted by the paper's convention: by what it really does, no
        layer would save anything.
        """
        return cost.tabconv if self._as_tabconv else cost.operations

    def removed(self) -> dict[str, int]:
        """Operations that each layer's conversion removes."""
        return {
            name: self.exact[name].operations - self.counted(self.cost(name, self.options.of(name)))
            for name in self.names
        }

    def mask(self, kept: Sequence[str]) -> tuple[str, ...]:
        """The mask that keeps the layers `kept` exact."""
        return tuple(KEPT if name in kept else CONVERTED for name in self.names)

    # ------------------------------------------------------------------ what takes time

    def similarities(self) -> dict[str, float]:
        """Cosine similarity of every layer's output, all layers being converted."""
        program = self._compile((), "similarities")
        return {node.name: node.similarity for node in program.convs}

    def losses(
        self, candidates: Mapping[str, Sequence[LayerOptions]], method: str = CONVERTED
    ) -> dict[str, list[float]]:
        """What each layer's candidates change in the answers."""
        measured = self.measured(candidates, method)
        return {name: [each.loss for each in some] for name, some in measured.items()}

    def measured(
        self, candidates: Mapping[str, Sequence[LayerOptions]], method: str
    ) -> dict[str, list[Measured]]:
        """What each layer's candidates lose and cost (`measure_layers`)."""
        held_out = self.held_out.images
        measuring = (
            self.graph, self._images, held_out, method, candidates, self._tell, self._task,
        )  # fmt: skip
        if self._workers is None:
            return measure_layers(*measuring)
        from .side_by_side import measure_in_workers

        return measure_in_workers(self._workers, *measuring)

    def _tell(self, done: int, total: int, layer: str) -> None:
        self._progress(done, total, f"losses, {layer}")

    def accuracy(self, kept: Sequence[str]) -> float:
        """How good the program with layers kept exact is, from 0 to 1 (`Task.quality`)."""
        what = f"accuracy with {len(kept)} of {len(self.names)} layers exact"
        program = self._compile(kept, what)
        answers = execute.run(program, self.held_out.images).astype(np.float32)
        return self._quality(answers * program.output.steps.astype(np.float32))

    @property
    def figure(self) -> str:
        """What `accuracy` is called."""
        return self._task.searched.replace("_", " ")

    def float_accuracy(self) -> float:
        """How good the float network is."""
        return self._quality(self._float_answers())

    def _float_answers(self) -> NDArray[np.float32]:
        channels, *size = self._output
        answers: NDArray[np.float32] = float_graph.answers(self.graph, self.held_out.images).numpy()
        return answers.reshape(-1, *size, channels)

    @functools.cached_property
    def _truth(self) -> NDArray[Any]:
        """Of the held-out images; where the data set says nothing, what the float network does."""
        targets = self.held_out.targets
        truth = None if targets is None else self._task.truth(targets, self._output)
        return self._task.decide(self._float_answers()) if truth is None else truth

    def _quality(self, answers: NDArray[np.float32]) -> float:
        return self._task.quality(self._task.decide(answers), self._truth, self._output)

    def _compile(self, kept: Sequence[str], what: str) -> Program:
        return compile_graph(
            self.graph,
            self._images,
            dataclasses.replace(self.options, mask=self.mask(kept), argmax=False),
            lambda done, total, layer: self._progress(done, total, f"{what}, {layer}"),
        ).program

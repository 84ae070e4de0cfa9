"""What the workers do for the page: layers folded and tried, masks planned and compiled."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ...compiler.graph import Graph
from ...compiler.options import LayerOptions
from ...compiler.store.errors import TabfabError
from ...compiler.store.progress import Progress
from ..console import Advance
from ..sweeps.source import Source
from ..sweeps.space import Settings
from ..sweeps.trial import Outcome, make_program, map_program
from .choices import Choice
from .costs import Between, Planned
from .losses import Baseline
from .settings import ChosenMask

if TYPE_CHECKING:
    from ...compiler.mask.tries import Tried, Tries
    from ...compiler.program import Conv as ConvNode
    from ...compiler.program import Program
    from ...hw.device.cells import Cells
    from ...hw.device.devices import Device
    from ...hw.engine.folding import Folding
    from ...hw.plan import PlanOptions
    from ...hw.plan.estimate import Ways
    from ...hw.plan.search import Candidate


# ---------------------------------------------------------------------- a network's hardware


@dataclass(frozen=True, eq=False)
class Sketch:
    """What the worker is given that folds and plans.

    Parameters
    ----------
    graph: the float network.
    images: few, to learn nodes from whose shapes and widths count alone.
    base: settings where a choice says nothing.
    options: of plans.
    """

    graph: Graph
    images: NDArray[np.uint8]
    base: LayerOptions
    options: PlanOptions


class _Sketched:
    """The nodes that were made so far; one of each process."""

    def __init__(self, sketch: Sketch) -> None:
        from ...compiler.mask.tries import Tries
        from ...hw.device.devices import find_device

        assert sketch.options.device is not None
        self.sketch = sketch
        self.device = find_device(sketch.options.device)
        with threadpool_limits(1):
            self.tries = Tries(sketch.graph, sketch.images)
        self.program = self.tries.program
        self._candidates: dict[Hashable, Sequence[Candidate]] = {}
        self._nodes: dict[tuple[str, Choice], ConvNode] = {}

    def node(self, layer: str, choice: Choice) -> ConvNode:
        pair = layer, choice
        if pair not in self._nodes:
            options = choice.options(self.sketch.base)
            with threadpool_limits(1):
                self._nodes[pair] = self.tries.node(layer, choice.method, options)
        return self._nodes[pair]

    def folded(self, layer: str, choice: Choice, kind: Hashable) -> Sequence[Candidate]:
        """The ways to fold a layer; those of its kind, once they are known."""
        from ...compiler.mask.tries import with_nodes
        from ...hw.nodes.catalog import layer_hardware
        from ...hw.plan.candidates import layer_candidates

        if kind not in self._candidates:
            node = self.node(layer, choice)
            hardware = layer_hardware(with_nodes(self.program, {layer: node}), node)
            loadable = self.sketch.options.loadable
            found = layer_candidates({layer: hardware}, self.device, loadable=loadable)
            self._candidates[kind] = found[layer]
        return self._candidates[kind]


_SKETCHED: list[_Sketched] = []


def _sketched(sketch: Sketch) -> _Sketched:
    if not _SKETCHED:
        _SKETCHED.append(_Sketched(sketch))
    return _SKETCHED[0]


def fold(
    given: Sketch, progress: Progress, layer: str, choice: Choice, kind: Hashable
) -> Ways | str:
    """The ways to fold a layer that is computed so, or the sentence why there are none.

    Parameters
    ----------
    given, progress: of every job.
    layer, choice: what to fold.
    kind: of it; layers of one kind share their foldings.
    """
    from ...hw.plan.estimate import Ways

    try:
        return Ways.of(_sketched(given).folded(layer, choice, kind))
    except TabfabError as error:
        return str(error)


def fit_mask(
    given: Sketch, progress: Progress, mask: ChosenMask, kinds: Mapping[str, Hashable]
) -> Planned:
    """What the planner's search comes to, which chooses among foldings and assembles the network.

    A plan follows from it by measuring how full queues get. It takes several times as long, since
    it also folds all layers anew.

    Parameters
    ----------
    given, progress: of every job.
    mask: of the network.
    kinds: of its layers.
    """
    from ...compiler.mask.tries import with_nodes
    from ...hw.nodes.catalog import layers
    from ...hw.plan.fit import fit

    own = _sketched(given)
    try:
        candidates = {name: own.folded(name, each, kinds[name]) for name, each in mask.items()}
        nodes = {layer: own.node(layer, choice) for layer, choice in mask.items()}
        program = with_nodes(own.program, nodes)
        found = fit(program, given.options.aim(own.device), progress, candidates)
    except TabfabError as error:
        return Planned(refused=str(error))
    beside = _between(program, found.foldings, found.cells, own.device)
    busy = [layer.clocks(found.foldings[name]) for name, layer in layers(program).items()]
    return Planned(max([beside.floor, *busy]), found.cells, beside)


def plan_mask(given: Sketch, progress: Progress, mask: ChosenMask) -> Planned:
    """The plan of a mask's sketch, which computes nothing that makes sense."""
    from ...compiler.mask.tries import with_nodes
    from ...hw.plan import make_plan

    own = _sketched(given)
    try:
        nodes = {layer: own.node(layer, choice) for layer, choice in mask.items()}
        program = with_nodes(own.program, nodes)
        plan = make_plan(program, given.options, progress, advise=False)
    except TabfabError as error:
        return Planned(refused=str(error))
    assert plan.cells is not None
    beside = _between(program, plan.foldings, plan.cells, own.device)
    return Planned(plan.clocks_per_image, plan.cells, beside)


def _between(
    program: Program, foldings: Mapping[str, Folding], cells: Cells, device: Device
) -> Between:
    """What a network that takes so many cells takes beside its layers."""
    from ...hw.device.cells import Cells
    from ...hw.nodes.assemble import least_clocks
    from ...hw.nodes.catalog import layers
    from ...hw.plan.pricing import memories_price, price

    seen = Cells()
    for name, layer in layers(program).items():
        seen += price(layer.logic(foldings[name]), device.family)
        seen += memories_price(layer.memories(foldings[name]), device.family)
    return Between(cells - seen, least_clocks(program))


# ---------------------------------------------------------------------- a network's answers


@dataclass(frozen=True, eq=False)
class Bench:
    """What the worker is given that tries layers and compiles masks.

    Parameters
    ----------
    source: of all trials.
    images: to learn from where single layers are tried.
    base: settings where a choice says nothing.
    """

    source: Source
    images: NDArray[np.uint8]
    base: LayerOptions


_TRIES: list[Tries] = []


def baseline(given: Bench, progress: Progress) -> Baseline:
    """The answers of the float network and of the one in integers, all layers exact."""
    from ...compiler.convert import execute
    from ...compiler.graph import float_graph

    graph, images = given.source.network.graph, given.source.judged.images
    with threadpool_limits(given.source.threads):
        floats = float_graph.answers(graph, images).double().numpy()
        program = _tries(given, progress).program
        progress(0, 0, "the answers with all layers exact")
        answers = execute.run(program, images)
    return Baseline(floats, (answers * program.output.steps).reshape(len(images), -1))


def try_layer(given: Bench, progress: Progress, layer: str, choice: Choice) -> Tried:
    """What comes of computing one layer so, all others being exact."""
    with threadpool_limits(given.source.threads):
        return _tries(given, progress).tried(layer, choice.method, choice.options(given.base))


def compile_mask(given: Bench, progress: Progress, settings: Settings) -> Outcome:
    """A trial: compiled, evaluated and planned."""

    @contextmanager
    def bar(description: str) -> Iterator[Advance]:
        def advance(done: int, total: int, what: str = "", /) -> None:
            progress(done, total, f"{description}: {what}" if what else description)

        yield advance

    made = make_program(given.source, settings, bar)
    return map_program(given.source, made, settings, bar)


def _tries(given: Bench, progress: Progress) -> Tries:
    from ...compiler.mask.tries import Tries

    if not _TRIES:
        network, task = given.source.network.graph, given.source.network.task
        judged = given.source.judged.images
        _TRIES.append(Tries(network, given.images, judged, task, progress))
    return _TRIES[0]

"""Plan: a program mapped to hardware, and the planner that makes one."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ...compiler.program import Program
from ...compiler.store.printable import html_table
from ...compiler.store.progress import Progress, silent
from ..device.cells import Cells
from ..device.devices import Device, find_device
from ..device.frequency import check_frequency
from ..engine.bank_geometry import FoldingError
from ..engine.folding import Folding
from ..logic.packing import MemoryOptions
from ..network.network import Network
from ..nodes.assemble import assemble, least_clocks
from ..nodes.catalog import layers
from ..nodes.methods.layer import ENGINE, LayerHardware
from ..stream.timing import Times
from .alternatives import with_advice
from .candidates import memory_options
from .fit import (
    NOTHING,
    SLOWER,
    Aim,
    Fit,
    Misfit,
    PlanError,
    check_budget,
    excess,
    fit,
    network_cells,
)
from .lower_bound import check_least
from .queue_depths import ForkDepths, fork_depths, network_times

DEFAULT_LANES = 2
DEFAULT_OUTPUTS = 4
DEFAULT_CLOCK_MHZ = 100.0
_IMAGES = 3
"""Images that the planner follows: the rate is steady from the second on."""
_ROUNDS = 5
_MOST_CLOCKS = 1e15
"""Clocks of an image that any rate leaves time for: more than a network can take."""


@dataclass(frozen=True)
class PlanOptions:
    """What the user wants.

    With a device and nothing else, every layer gets the folding with which the network is as
    fast as the device allows. With a rate, the network keeps it with as little as it can. With
    `subspaces` or `outputs`, every layer gets the same folding.

    Parameters
    ----------
    device: name of the device that must suffice; None plans without a limit.
    subspaces: subspaces (or input channels of exact layers) per clock in every layer (S).
    outputs: output channels per clock in every layer (P).
    fps: images per second that must be reached.
    clock_mhz: frequency that the design is expected to run at.
    loadable: whether tables, weights and biases can be replaced at run time (`hw.rtl.loading`).
    reserved: of the device, for what is put beside the network.
    unroll: names of layers, or patterns of names such as ``features*``, to be unrolled: every
        weight a constant, a result on every clock. Without any, the planner may unroll a layer
        itself where a device is given and that is better.
    """

    device: str | None = None
    subspaces: int | None = None
    outputs: int | None = None
    fps: float | None = None
    clock_mhz: float = DEFAULT_CLOCK_MHZ
    loadable: bool = False
    reserved: Cells = NOTHING
    unroll: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, value in (("subspaces", self.subspaces), ("outputs", self.outputs)):
            if value is not None and value < 1:
                raise PlanError(f"--{name} must be at least 1, not {value}")
        check_frequency("--clock", self.clock_mhz)
        if self.fps is not None and not 0 < self.fps < math.inf:
            raise PlanError(f"--fps must be above 0 images per second and finite, not {self.fps}")
        if self.fps is not None and self.device is None:
            raise PlanError(
                "--fps needs a --device to plan for, such as --device ecp5-85k: without one there "
                "is no limit to what the rate may take"
            )
        if self.unroll and self.loadable:
            raise PlanError(
                "--unroll makes logic of weights, and --loadable would replace them at run time; "
                "leave one of the two out"
            )
        if self.fps is not None and self.is_uniform:
            raise PlanError("--fps chooses foldings; give it, or --subspaces and --outputs")

    @property
    def clocks_per_image(self) -> int | None:
        """The most that the rate which was asked for leaves time for, if one was."""
        if self.fps is None:
            return None
        return int(min(1e6 * self.clock_mhz / self.fps, _MOST_CLOCKS))

    def aim(self, device: Device) -> Aim:
        """What the planner is to reach on `device`."""
        clocks = self.clocks_per_image
        return Aim(device, clocks, loadable=self.loadable, reserved=self.reserved)

    @property
    def is_uniform(self) -> bool:
        """Whether every layer gets the same folding."""
        return self.device is None or self.subspaces is not None or self.outputs is not None


@dataclass(frozen=True, eq=False)
class Built:
    """A program's network.

    Parameters
    ----------
    program: what it computes.
    network: with the foldings and queues of a plan.
    """

    program: Program
    network: Network


@dataclass(frozen=True)
class Plan:
    """How a program becomes hardware.

    Parameters
    ----------
    device: the device that it was made for, if any.
    foldings: per convolution.
    fork_depths: queue depths per reader of each node with several readers.
    clocks_per_image: clocks between two answers, images back to back.
    first_answer: clock of the first image's last output beat.
    clock_mhz: frequency that the design is expected to run at.
    read_shares: per convolution, the share of clocks on which its tables (or weights) are read,
        images back to back.
    cells: estimate of what it takes of the device; None without a device.
    expected_clocks: between two answers with images like those that the program was compiled with,
        where `clocks_per_image` is what the slowest images take; None where no clock depends on the
        images.

    Attributes
    ----------
    built: the network that it describes, once that has been assembled (`build_network`). It is not
        saved, and a changed copy (`dataclasses.replace`) has none.
    """

    device: str | None
    foldings: dict[str, Folding]
    fork_depths: ForkDepths
    clocks_per_image: int
    first_answer: int
    clock_mhz: float = DEFAULT_CLOCK_MHZ
    read_shares: dict[str, float] = field(default_factory=dict)
    cells: Cells | None = None
    expected_clocks: int | None = None
    built: Built | None = field(default=None, init=False, repr=False, compare=False)

    def remember(self, program: Program, network: Network) -> None:
        """Keep the network that this plan of `program` describes, for `build_network`."""
        object.__setattr__(self, "built", Built(program, network))

    @property
    def images_per_second(self) -> float:
        """At the expected frequency."""
        return 1e6 * self.clock_mhz / self.clocks_per_image

    def _repr_html_(self) -> str:
        """A row for each layer, as notebooks show it: how it is folded, and how busy it is."""
        rows = [
            (name, folding.lanes, folding.outputs, folding.taps,
             ", ".join(f"{value} {knob}" for knob, value in folding.knobs.items()),
             f"{self.read_shares[name]:.1%}" if name in self.read_shares else None)
            for name, folding in self.foldings.items()
        ]  # fmt: skip
        title = (
            f"plan for {self.device or 'any device'}: an image every {self.clocks_per_image:,} "
            f"clocks, {self.images_per_second:,.0f} a second at {self.clock_mhz:g} MHz"
        )
        return html_table(title, ["layer", "S", "P", "T", "knobs", "memories read"], rows)

    @property
    def latency_ms(self) -> float:
        """From an image's first beat to its answer, at the expected frequency."""
        return (self.first_answer + 1) / (1e3 * self.clock_mhz)


def make_plan(
    program: Program,
    options: PlanOptions | None = None,
    progress: Progress = silent,
    advise: bool = True,
) -> Plan:
    """Map `program` to hardware.

    Queues behind forks are made as deep as the cycle model says that they fill, so that no path
    waits for another and none can deadlock.

    Parameters
    ----------
    program: what to compute.
    options: what is wanted; defaults if not given.
    progress: called with (steps done, steps in all, what is under way).
    advise: where the program does not fit, try what would make it fit, which takes longer than all
        else, and say so in the error.

    Raises
    ------
    PlanError: the device is too small or too slow.
    NoHardwareError: a node has no hardware.
    TabfabError: there is no such device.

    Examples
    --------
    >>> import numpy as np
    >>> from tabfab.compiler.program import UINT8, Input, MaxPool
    >>> image = Input(
    ...     name="image", inputs=(), shape=(2, 4, 4), type=UINT8, zero=np.zeros(2, np.int16)
    ... )
    >>> pool = MaxPool(
    ...     name="pool", inputs=("image",), shape=(2, 3, 3), type=UINT8, kernel=(2, 2)
    ... )
    >>> plan = make_plan(Program((image, pool)), PlanOptions(device="ecp5-25k", fps=1e6))
    >>> plan.images_per_second > 1e6, plan.foldings, plan.cells.block_rams
    (True, {}, 0)
    """
    options = options or PlanOptions()
    advice: _Advice = partial(with_advice, progress=progress) if advise else _no_advice
    device = None if options.device is None else find_device(options.device)
    if device is not None:
        _check_least(program, options, device, advice)
    unroll = _to_unroll(program, options)
    if device is None or options.is_uniform:
        foldings = _uniform(program, options, device, unroll)
        plan = _measured(program, options, device, foldings, assemble(program, foldings))
        if device is not None:
            _check_fits(program, options.aim(device), plan, advice)
        return plan
    asked = options.clocks_per_image
    aim = replace(options.aim(device), unroll=unroll)
    found: Fit | None = None
    beyond = Cells()  # what plans took more than the device has, now that queues are known
    try:
        for _ in range(_ROUNDS):
            known = None if found is None else found.candidates
            found = fit(program, replace(aim, reserved=aim.reserved + beyond), progress, known)
            plan = _measured(program, options, device, found.foldings, found.network)
            over = excess(aim, plan.cells or Cells())
            if over != Cells():
                beyond += over
            elif asked is None:
                slower = _without_haste(program, options, aim, found, plan)
                return plan if slower is None else slower
            elif plan.clocks_per_image <= asked:
                return plan
            else:  # Something but the layers sets the pace, a pool perhaps: aim lower.
                aim = replace(aim, clocks=int((aim.clocks or 0) * asked / plan.clocks_per_image))
    except Misfit as misfit:
        raise advice(program, aim, misfit) from None
    _check_fits(program, aim, plan, advice)
    raise PlanError(
        f"the program takes {plan.clocks_per_image:,} clocks per image at best, more than the "
        f"{asked:,} of the rate that was asked for; {SLOWER}"
    )


_Advice = Callable[[Program, Aim, Misfit], Misfit]
"""Of a misfit, the error that also says what would fit."""


def _no_advice(program: Program, aim: Aim, misfit: Misfit) -> Misfit:
    return misfit


def _without_haste(
    program: Program, options: PlanOptions, aim: Aim, found: Fit, plan: Plan
) -> Plan | None:
    """A plan as fast as `plan` whose layers are not faster than the network, if there is one.

    Something but the layers may set the pace, a pool perhaps: what they are faster is wasted.
    """
    pace = plan.clocks_per_image
    if pace <= max([least_clocks(program), *layer_clocks(program, plan).values()]):
        return None
    try:
        slower = fit(program, replace(aim, clocks=pace), candidates=found.candidates)
    except Misfit:
        return None
    measured = _measured(program, options, aim.device, slower.foldings, slower.network)
    over = excess(aim, measured.cells or Cells())
    return measured if measured.clocks_per_image <= pace and over == Cells() else None


def _check_least(program: Program, options: PlanOptions, device: Device, advice: _Advice) -> None:
    """Raise `Misfit` with advice if no folding can make the program fit."""
    aim = options.aim(device)
    try:
        check_least(program, aim)
    except Misfit as misfit:
        raise advice(program, aim, misfit) from None


def _check_fits(program: Program, aim: Aim, plan: Plan, advice: _Advice) -> None:
    """Raise `Misfit` with advice if a plan takes more than its device has."""
    try:
        check_budget(aim, plan.cells or Cells())
    except Misfit as misfit:
        raise advice(program, aim, misfit) from None


def build_network(program: Program, plan: Plan) -> Network:
    """The network that `plan` describes.

    It is assembled once: the plan keeps it for the program that it was first asked for. For another
    program (whose contents a build is loaded with, say) it is assembled each time.
    """
    if plan.built is not None and plan.built.program is program:
        return plan.built.network
    network = assemble(program, plan.foldings, plan.fork_depths)
    if plan.built is None:
        plan.remember(program, network)
    return network


def layer_clocks(program: Program, plan: Plan) -> dict[str, int]:
    """Clocks per image that each convolution is busy; the largest bounds the rate."""
    return {name: layer.clocks(plan.foldings[name]) for name, layer in layers(program).items()}


def _to_unroll(program: Program, options: PlanOptions) -> frozenset[str]:
    """Names of the layers that `options` says to unroll."""
    folded, found = layers(program), set()
    for pattern in options.unroll:
        names = fnmatch.filter(folded, pattern)
        if not names:
            raise PlanError(
                f"no layer is called {pattern!r}, which --unroll names; the layers are "
                + ", ".join(folded)
            )
        try:
            for name in names:
                folded[name].unrolled()
        except FoldingError as error:
            raise PlanError(str(error)) from error
        found.update(names)
    return frozenset(found)


def _uniform(
    program: Program, options: PlanOptions, device: Device | None, unroll: frozenset[str]
) -> dict[str, Folding]:
    """The folding that was asked for in every layer, as far as its size allows."""
    lanes = options.subspaces or DEFAULT_LANES
    outputs = options.outputs or DEFAULT_OUTPUTS

    def folding(layer: LayerHardware[Any]) -> Folding:
        matched = layer.matched(layer.foldable.nearest(lanes, outputs))
        if device is None:
            return replace(matched, memory=MemoryOptions(loadable=options.loadable))
        *_, memory = memory_options(layer, matched.lanes, device, (0.5,), options.loadable)
        return replace(matched, memory=memory)

    return {
        name: layer.unrolled() if name in unroll else folding(layer)
        for name, layer in layers(program).items()
    }


def _measured(
    program: Program,
    options: PlanOptions,
    device: Device | None,
    foldings: dict[str, Folding],
    network: Network,
) -> Plan:
    """The plan with these foldings: queues sized and clocks read off the cycle model."""
    depths, network, times = fork_depths(program, network, _IMAGES)
    cells = None if device is None else network_cells(network, device).rounded()
    answers = _answers(network, times)
    clocks = int(answers[-1] - answers[-2])
    expected = None
    if usual := network.usual(_IMAGES):
        sooner = _answers(network, network_times(network, _IMAGES, usual))
        expected = int(sooner[-1] - sooner[-2])
    plan = Plan(
        device=options.device,
        foldings=foldings,
        fork_depths=depths,
        clocks_per_image=clocks,
        first_answer=int(answers[0]),
        clock_mhz=options.clock_mhz,
        read_shares=read_shares(program, network, clocks),
        cells=cells,
        expected_clocks=expected,
    )
    plan.remember(program, network)
    return plan


def _answers(network: Network, times: Mapping[str, Times]) -> Times:
    """The clock on which each image's last beat leaves."""
    return times[network.output.name].reshape(_IMAGES, -1)[:, -1]


def read_shares(program: Program, network: Network, clocks: int) -> dict[str, float]:
    """Per convolution, the share of clocks on which its tables or weights are read.

    Every beat that enters a layer's engine reads all its memories once, unless the engine says
    something else. In steady state an image passes every layer in the same number of `clocks`.
    """
    entries = {link.sink.stage: link.format.beats_per_image for link in network.links}
    entries |= {
        stage.name: stage.component.reads
        for stage in network.stages
        if hasattr(stage.component, "reads")
    }
    return {node.name: entries[f"{node.name}.{ENGINE}"] / clocks for node in program.convs}

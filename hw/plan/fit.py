"""Fit: foldings with which a whole program is as fast as a device allows, or fast enough.

The search sees layers alone. What connects them (forks, conversions of lanes, pools, sums) shows
only on the assembled network, so the planner searches, assembles, sets aside what the search did
not see, and searches again until the whole fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...compiler.program import Program
from ...compiler.store.errors import TabfabError
from ...compiler.store.progress import Progress, silent
from ..device.cells import RESOURCES, Cells
from ..device.devices import Device
from ..engine.folding import Folding
from ..network.network import Network
from ..nodes.assemble import assemble, least_clocks
from ..nodes.catalog import layers, node_hardware
from ..nodes.methods.layer import Layers
from .candidates import layer_candidates
from .pricing import price
from .queue_depths import guessed_fork_depths
from .search import Candidate, cheapest, fastest, least_overload

BUDGET = Cells(luts=0.8, flip_flops=0.8, block_rams=1.0, multipliers=1.0, logic_cells=0.92)
"""Share of each resource that a plan may take: a full fabric does not place and route well."""
NOTHING = Cells()
_ROUNDS = 8
SLOWER = "ask for fewer images per second or a faster clock"
"""What to do where a rate cannot be kept."""


class PlanError(TabfabError):
    """A program that cannot be mapped as asked."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Foldings for a device.

    Parameters
    ----------
    foldings: of each layer.
    network: with these, and about the queues that it needs.
    cells: what the whole network takes, all queues included.
    candidates: of each layer, that the foldings were chosen among.
    """

    foldings: dict[str, Folding]
    network: Network
    cells: Cells
    candidates: Mapping[str, Sequence[Candidate]]


class Misfit(PlanError):  # noqa: N818 - the word for what it is
    """A program that is too large for a device, or too slow on it.

    Attributes
    ----------
    cells: the least that it takes; None where it fits and is too slow.
    """

    def __init__(self, message: str, cells: Cells | None = None) -> None:
        super().__init__(message)
        self.cells = cells


@dataclass(frozen=True)
class Aim:
    """What the foldings are chosen for.

    Parameters
    ----------
    device: where they must fit.
    clocks: per image, that must be kept with the least; None: as few as the device allows.
    widest: most lanes to consider; None considers all.
    loadable: whether tables, weights and biases can be replaced at run time.
    reserved: of the device, for what is put beside the network.
    unroll: names of the layers to unroll, whatever that takes.
    """

    device: Device
    clocks: int | None = None
    widest: int | None = None
    loadable: bool = False
    reserved: Cells = NOTHING
    unroll: frozenset[str] = frozenset()

    @property
    def budget(self) -> Cells:
        """What a plan may take of the device.

        What the device's family does not count is not reserved either: logic cells of a board with
        another one, where it is tried whether a program would fit there.
        """
        parts = zip(self.device.cells.amounts, BUDGET.amounts, self.reserved.amounts, strict=True)
        return Cells(*(have * share - taken if have else 0.0 for have, share, taken in parts))


def fit(
    program: Program,
    aim: Aim,
    progress: Progress = silent,
    candidates: Mapping[str, Sequence[Candidate]] | None = None,
) -> Fit:
    """Foldings of `program` that meet the aim.

    Parameters
    ----------
    program: what to fold.
    aim: where to, and how fast.
    progress: called with (steps done, steps in all, what is under way).
    candidates: what an earlier fit chose among, for an aim that differs in nothing but its clocks:
        where it had a rate, no slower one.

    Raises
    ------
    Misfit: there are none.
    """
    folded = layers(program)
    steps = len(folded) + _ROUNDS

    def folding(done: int, total: int, what: str) -> None:
        progress(done, steps, f"folding {what}")

    floor = least_clocks(program)
    _check_floor(program, aim, floor)
    if candidates is None:
        candidates = layer_candidates(
            folded, aim.device, aim.widest, aim.loadable, aim.unroll, folding, aim.clocks
        )
    unseen = Cells()
    for attempt in range(_ROUNDS):
        progress(len(folded) + attempt, steps, "fitting the network")
        chosen = _choose(candidates, aim, unseen, floor)
        foldings = _slowed(folded, chosen)
        network = assemble(program, foldings)
        network = network.with_fork_depths(guessed_fork_depths(program, network))
        cells = network_cells(network, aim.device)
        if cells <= aim.budget:
            progress(steps, steps, "fitted")
            return Fit(foldings, network, cells, candidates)
        seen = sum((candidate.cells for candidate in chosen.values()), Cells())
        # What was not seen differs from choice to choice: leave more room each time.
        unseen = _most(unseen + excess(aim, cells), cells - seen)
    raise too_large(aim, cells)


def _check_floor(program: Program, aim: Aim, floor: int) -> None:
    """Raise `Misfit` where no folding of layers is fast enough, as something else is slower."""
    if aim.clocks is None or floor <= aim.clocks:
        return
    slow = next(node for node in program if node_hardware(program, node).least_clocks == floor)
    raise Misfit(
        f"node {slow.name!r} takes {floor:,} clocks per image however layers are folded, more than "
        f"the {aim.clocks:,} of the rate that was asked for; {SLOWER}"
    )


def excess(aim: Aim, cells: Cells) -> Cells:
    """What `cells` are more than a plan may take."""
    return _most(cells - aim.budget, NOTHING)


def check_budget(aim: Aim, cells: Cells) -> None:
    """Raise `Misfit` unless the device has these cells to give."""
    if not cells <= aim.budget:
        raise too_large(aim, cells)


def network_cells(network: Network, device: Device) -> Cells:
    """What an assembled network takes of a device."""
    return sum((price(demand, device.family) for demand in network.demands().values()), Cells())


def _choose(
    candidates: Mapping[str, Sequence[Candidate]], aim: Aim, unseen: Cells, floor: int
) -> dict[str, Candidate]:
    """The foldings to try; being faster than `floor` clocks per image is worth nothing."""
    budget = aim.budget - unseen
    if aim.clocks is None:
        chosen = fastest(candidates, budget, floor)
    else:
        chosen = cheapest(candidates, aim.clocks, budget)
    if chosen is not None:
        return chosen
    slow = {
        name: min(candidate.clocks for candidate in each)
        for name, each in candidates.items()
        if aim.clocks is not None and min(candidate.clocks for candidate in each) > aim.clocks
    }
    if slow:
        name, clocks = max(slow.items(), key=lambda item: item[1])
        raise Misfit(
            f"layer {name!r} takes {clocks:,} clocks per image however it is folded, more than "
            f"the {aim.clocks:,} of the rate that was asked for; {SLOWER}"
        )
    least = least_overload(candidates, aim.clocks, aim.budget)
    raise too_large(aim, sum((candidate.cells for candidate in least.values()), unseen))


def _slowed(folded: Layers, chosen: Mapping[str, Candidate]) -> dict[str, Folding]:
    """The foldings, each with no more knobs than the slowest layer leaves time for."""
    slowest = max((candidate.clocks for candidate in chosen.values()), default=0)
    return {name: layer.slowed(chosen[name].folding, slowest) for name, layer in folded.items()}


def _most(a: Cells, b: Cells) -> Cells:
    return Cells(*(max(pair) for pair in zip(a.amounts, b.amounts, strict=True)))


def too_large(aim: Aim, cells: Cells, how: str = "at its smallest it takes") -> Misfit:
    """The error that says which resources are short, and by how much.

    Parameters
    ----------
    aim: what the program is to be folded for.
    cells: what it takes.
    how: it does so.
    """
    device, budget = aim.device, aim.budget
    beside = "" if aim.reserved == NOTHING else " beside the board's link"
    short = [
        f"{round(need):,} {words} of {round(have):,} "
        f"({round(need - most):,} too many"
        + (f", as {most / have:.0%} may be used{beside})" if most < have else ")")
        for words, need, most, have in zip(
            RESOURCES.values(), cells.amounts, budget.amounts, device.cells.amounts, strict=True
        )
        if need > most
    ]
    rate = "" if aim.clocks is None else f" at {aim.clocks:,} clocks per image"
    return Misfit(
        f"the program does not fit {device.name}{rate}: {how} " + " and ".join(short),
        cells,
    )

"""What a mask costs: operations and bytes, counted; and about what it takes of a device."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...compiler.graph import Conv, Graph, Input
from ...compiler.methods.catalog import METHODS
from ...compiler.options import LayerOptions
from ...compiler.program.operations import Cost
from ...compiler.store.errors import TabfabError
from .choices import Choice
from .settings import ChosenMask

if TYPE_CHECKING:
    from ...hw.device.cells import Cells
    from ...hw.plan.estimate import Ways
    from ...hw.plan.fit import Aim

_COUNTS = ("operations", "multiplications", "comparisons", "additions", "shifts")


@dataclass(frozen=True)
class Between:
    """What a network takes beside its layers.

    Parameters
    ----------
    cells: of forks, queues, sums and conversions of lanes.
    floor: clocks per image below which the network does not come, however layers are folded.
    """

    cells: Cells
    floor: int


@dataclass(frozen=True)
class Planned:
    """What a plan of a mask comes to.

    Parameters
    ----------
    clocks: per image; None where it does not fit.
    cells: of the device.
    between: of these, what is beside the layers.
    refused: why there is no plan, in a sentence; empty where there is one.
    """

    clocks: int | None = None
    cells: Cells | None = None
    between: Between | None = None
    refused: str = ""


@dataclass(frozen=True)
class HardwareEstimate:
    """About what a plan will come to.

    Parameters
    ----------
    clocks: per image; None while a layer's foldings are not known, or one has no hardware.
    cells: of the device, likewise.
    fits: whether they are within what a plan may take.
    unknown: names of the layers whose foldings are not known yet.
    refused: why a layer has no hardware, in a sentence.
    """

    clocks: int | None = None
    cells: Cells | None = None
    fits: bool = True
    unknown: tuple[str, ...] = ()
    refused: str = ""


@dataclass(eq=False)
class Costs:
    """What layers' choices cost, as far as it is known.

    Parameters
    ----------
    graph: the float network.
    base: settings that no choice says.
    aim: of plans.

    Attributes
    ----------
    ways: of each kind of layer by `kind`; a sentence where it has no hardware.
    planned: of each mask whose plan was made.
    fitted: of each mask that the planner's search was made for, without what takes it longest.
    between: of each mask whose network was assembled.
    """

    graph: Graph
    base: LayerOptions
    aim: Aim
    ways: dict[Hashable, Ways | str] = field(default_factory=dict)
    planned: dict[tuple[Choice, ...], Planned] = field(default_factory=dict)
    fitted: dict[tuple[Choice, ...], Planned] = field(default_factory=dict)
    between: dict[tuple[Choice, ...], Between] = field(default_factory=dict)
    _counted: dict[tuple[str, Choice], Cost | str] = field(default_factory=dict)

    def kind(self, layer: str, choice: Choice) -> Hashable:
        """What decides a layer's foldings: layers of the same kind share them."""
        conv = self.graph[layer]
        assert isinstance(conv, Conv)
        source = self.graph[conv.inputs[0]]
        return (
            source.shape, isinstance(source, Input), source.low < 0, conv.shape, conv.kernel,
            conv.stride, conv.padding, conv.dilation, conv.groups, conv.low, choice,
        )  # fmt: skip

    def counted(self, layer: str, choice: Choice) -> Cost | str:
        """Operations and bytes of a layer, or why it cannot be computed so, in a sentence."""
        pair = layer, choice
        if pair not in self._counted:
            conv = self.graph[layer]
            assert isinstance(conv, Conv)
            method: Any = METHODS[choice.method]
            try:
                options = choice.options(self.base)
                self._counted[pair] = method.planned_cost(self.graph, conv, options)
            except TabfabError as error:
                self._counted[pair] = str(error)
        return self._counted[pair]

    def totals(self, mask: ChosenMask) -> dict[str, int]:
        """Operations and bytes of a network; layers that cannot be computed are left out."""
        costs = [self.counted(layer, choice) for layer, choice in mask.items()]
        known = [cost for cost in costs if isinstance(cost, Cost)]
        counts = {name: sum(getattr(cost, name) for cost in known) for name in _COUNTS}
        return {**counts, "bytes": sum(cost.stored_bytes for cost in known)}

    def note(self, mask: ChosenMask, planned: Planned) -> None:
        """Take what the planner found."""
        self.planned[tuple(mask.values())] = planned
        self._note_between(mask, planned)

    def note_fitted(self, mask: ChosenMask, fitted: Planned) -> None:
        """Take what the planner's search found."""
        self.fitted[tuple(mask.values())] = fitted
        self._note_between(mask, fitted)

    def is_fitted(self, mask: ChosenMask) -> bool:
        """Whether the planner's search was made."""
        return tuple(mask.values()) in self.fitted

    def _note_between(self, mask: ChosenMask, made: Planned) -> None:
        if made.between is not None:
            self.between[tuple(mask.values())] = made.between

    def _between(self, mask: ChosenMask) -> Between | None:
        """What a mask's network takes beside its layers, or that of the mask most like it."""
        wanted = tuple(mask.values())

        def apart(known: tuple[Choice, ...]) -> int:
            return sum(a != b for a, b in zip(known, wanted, strict=True))

        nearest = min(reversed(self.between), key=apart, default=None)
        return None if nearest is None else self.between[nearest]

    def plan_of(self, mask: ChosenMask) -> Planned | None:
        """What the planner found of a mask, if it was asked."""
        return self.planned.get(tuple(mask.values()))

    def estimated(self, mask: ChosenMask) -> HardwareEstimate:
        """About what a plan of a mask comes to, in milliseconds.

        Once the planner's search is known that is it: no queue has been measured yet, no more.
        """
        from ...hw.plan.estimate import estimate

        found = {layer: self.ways.get(self.kind(layer, each)) for layer, each in mask.items()}
        refused = next((each for each in found.values() if isinstance(each, str)), "")
        unknown = tuple(layer for layer, ways in found.items() if ways is None)
        if refused or unknown:
            return HardwareEstimate(unknown=unknown, refused=refused)
        fitted = self.fitted.get(tuple(mask.values()), Planned())
        if fitted.cells is not None:
            return HardwareEstimate(fitted.clocks, fitted.cells)
        ways: Mapping[str, Any] = found
        beside = self._between(mask)
        made = (
            estimate(ways, self.aim)
            if beside is None
            else estimate(ways, self.aim, beside.cells, beside.floor)
        )
        return HardwareEstimate(made.clocks, made.cells, made.fits and not fitted.refused)

    def kinds(self, mask: ChosenMask) -> dict[str, Hashable] | None:
        """The kind of each layer; None where a layer has no foldings, or none that are known."""
        kinds = {layer: self.kind(layer, choice) for layer, choice in mask.items()}
        folded = all(not isinstance(self.ways.get(kind, ""), str) for kind in kinds.values())
        return kinds if folded else None

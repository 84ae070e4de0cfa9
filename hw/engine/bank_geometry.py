"""BankGeometry: which inputs and outputs of a folded layer meet on which step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_Int = TypeVar("_Int", bound=np.integer)


class FoldingError(ValueError):
    """A folding that its layer does not allow."""


@dataclass(frozen=True)
class BankGeometry:
    """The steps of one output pixel, and the lanes of each.

    Inputs are the subspaces of a table layer or the channels of an exact one. A beat holds
    `lanes` inputs that follow each other. Without groups, `lanes` is any number of inputs and
    `outputs` divides the channels. With groups, a beat holds either a part of one group's inputs
    (`lanes` divides them, `outputs` the group's channels), or several whole groups, each with all
    its outputs, side by side.

    The steps are, outermost first: sections (one group, or as many as fit a beat), blocks of
    `outputs` output channels, words (beats of a section), taps.

    Parameters
    ----------
    inputs, channels: of the layer, all groups together.
    taps: rows of contents per input (1, or the pixels under the kernel).
    lanes, outputs: inputs and output channels per beat (S, P).
    groups: as in `torch.nn.Conv2d`.

    Raises
    ------
    FoldingError: the layer has no such lanes or outputs.
    """

    inputs: int
    channels: int
    taps: int
    lanes: int
    outputs: int
    groups: int = 1

    def __post_init__(self) -> None:
        inputs, channels = self.inputs // self.groups, self.channels // self.groups
        if self.groups == 1:
            if not 1 <= self.lanes <= inputs:
                raise FoldingError(f"lanes must lie in 1..{inputs}, not {self.lanes!r}")
            if self.outputs < 1 or channels % self.outputs:
                raise FoldingError(
                    f"outputs must divide the {channels} output channels, not {self.outputs!r}"
                )
        elif (self.lanes, self.outputs) not in grouped_foldings(inputs, channels, self.groups):
            raise FoldingError(
                f"{self.lanes} lanes by {self.outputs} outputs must be a part of one of "
                f"{self.groups} groups, {inputs} inputs by {channels} outputs, or several of them"
            )

    @property
    def parallel(self) -> int:
        """Groups in one beat."""
        return max(1, self.lanes * self.groups // self.inputs) if self.groups > 1 else 1

    @property
    def sections(self) -> int:
        """Parts of a pixel that have no outputs in common."""
        return self.groups // self.parallel

    @property
    def blocks(self) -> int:
        """How often each section is read."""
        return self.channels // (self.sections * self.outputs)

    @property
    def words(self) -> int:
        """Beats of a section."""
        return -(-self.inputs // (self.sections * self.lanes))

    @property
    def steps(self) -> int:
        """Beats of one output pixel."""
        return self.sections * self.blocks * self.words * self.taps

    @property
    def summed_lanes(self) -> int:
        """Terms that each beat adds to an output."""
        return self.lanes // self.parallel

    @property
    def lane_outputs(self) -> int:
        """Outputs that each lane has terms for."""
        return self.outputs // self.parallel

    @property
    def lane_order(self) -> list[int]:
        """The lanes, in the order in which `lane_outputs` terms of each are a sum's terms."""
        order = np.arange(self.lanes).reshape(self.parallel, self.summed_lanes).T
        return [int(lane) for lane in order.reshape(-1)]

    def arrange(self, contents: NDArray[_Int]) -> NDArray[_Int]:
        """Contents in the order in which the lanes read them.

        Parameters
        ----------
        contents: (inputs, taps, rows of a tap, channels of a group).

        Returns
        -------
        (lanes, steps * rows of a tap, lane outputs); inputs that only fill up a beat are zero.
        """
        _, taps, rows, channels = contents.shape
        size = self.sections * self.words * self.lanes
        filled = np.zeros((size, taps, rows, channels), contents.dtype)
        filled[: self.inputs] = contents
        cut = filled.reshape(
            self.sections, self.words, self.lanes, taps, rows, self.blocks, self.lane_outputs
        )
        return cut.transpose(2, 0, 5, 1, 3, 4, 6).reshape(self.lanes, -1, self.lane_outputs)


def grouped_foldings(inputs: int, channels: int, groups: int) -> set[tuple[int, int]]:
    """Every (lanes, outputs) of a layer whose groups have so many inputs and channels each."""
    parts = {(lanes, outputs) for lanes in divisors(inputs) for outputs in divisors(channels)}
    return parts | {(count * inputs, count * channels) for count in divisors(groups)}


def divisors(number: int) -> list[int]:
    """All divisors, from 1 up."""
    return [n for n in range(1, number + 1) if number % n == 0]

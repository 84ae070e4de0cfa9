"""What every task answers: which answers it fits, what they decide, and how they are judged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..program import Shape
from ..store.errors import TabfabError
from .endings import find_ending

Answers = NDArray[Any]
"""(N, height, width, channels) of a network: real numbers, or a program's integers."""
Decided = NDArray[Any]
"""What a task makes of answers: class numbers, signs, values. It is compared with the truth."""
Targets = NDArray[np.int64] | NDArray[np.float32]
"""What a data set says of each of its N images: integers or real numbers, (N, ...)."""
Figures = Mapping[str, float | None]
"""By name; None where a figure has no value, as a correlation with a constant."""


class Tally(ABC):
    """Counts how far decisions are from the truth, some images at a time."""

    @abstractmethod
    def add(self, decided: Decided, truth: Decided) -> None:
        """Count some images.

        Parameters
        ----------
        decided: what a network made of them (`Task.decide`).
        truth: of the same shape.
        """

    @abstractmethod
    def figures(self) -> Figures:
        """Of all that was counted."""

    @property
    def confusion(self) -> NDArray[np.int64] | None:
        """(classes, classes) how often each true class (row) was taken for each class; or None."""
        return None


@dataclass(frozen=True)
class Task(ABC):
    """What the answers of a network mean.

    Parameters
    ----------
    ending: the function (of `ENDINGS`) that the network ended in and the program leaves out, since
        it changes no decision; tasks that compare values apply it before they compare.

    Each says, as class variables,

    name: as ``--task`` takes it.
    meaning: of the answers, in a few words.
    searched: the figure that ``--mask auto:accuracy`` keeps; 1 is best.
    between: what a program's figures against its float network are called, by the figure's name;
        those that are not named here are not shown.
    """

    name: ClassVar[str]
    meaning: ClassVar[str]
    searched: ClassVar[str]
    between: ClassVar[Mapping[str, str]]

    ending: str = ""

    @abstractmethod
    def misfit(self, output: Shape) -> str:
        """Why a network's answers cannot be meant so, as the end of a sentence; empty if they can.

        Parameters
        ----------
        output: shape of the network's output.
        """

    @abstractmethod
    def truth(self, targets: Targets, output: Shape) -> Decided | None:
        """What `decide` should give, or None where the data set has no targets of this kind.

        Parameters
        ----------
        targets: of N images.
        output: shape of the network's output, which `misfit` has nothing against.

        Raises
        ------
        TabfabError: the targets are of this kind, but not for a network of such outputs.
        """

    @abstractmethod
    def decide(self, answers: Answers) -> Decided:
        """What the answers of some images say.

        Parameters
        ----------
        answers: (N, height, width, channels).
        """

    @abstractmethod
    def tally(self, output: Shape, classes: Sequence[str] = ()) -> Tally:
        """An empty tally.

        Parameters
        ----------
        output: shape of the network's output.
        classes: names of the data set's classes, if it has classes.
        """

    def check(self, output: Shape) -> None:
        """Raise `TabfabError` unless a network with such an output can have this task."""
        if trouble := self.misfit(output):
            raise TabfabError(f"--task {self.name} takes {self.meaning}, but {trouble}")

    def ended(self, answers: Answers) -> NDArray[np.float64]:
        """Answers as the network gave them: behind its `ending`."""
        values = answers.astype(np.float64)
        return find_ending(self.ending)(values) if self.ending else values

    def quality(self, decided: Decided, truth: Decided, output: Shape) -> float:
        """The figure `searched`, 0 at worst and where it has no value."""
        tally = self.tally(output)
        tally.add(decided, truth)
        return max(tally.figures()[self.searched] or 0.0, 0.0)


def is_map(output: Shape) -> bool:
    """Whether a network answers with more than one pixel."""
    return output[1:] != (1, 1)


def shown_map(output: Shape) -> str:
    """``a map of 3x8x8 (channels, height, width)``."""
    return f"a map of {'x'.join(map(str, output))} (channels, height, width)"


def as_whole(targets: Targets) -> NDArray[np.int64] | None:
    """`targets` as integers; None unless they all are whole numbers from 0 on."""
    if targets.dtype.kind == "f" and not (targets == np.floor(targets)).all():
        return None
    if targets.size and targets.min() < 0:
        return None
    return targets.astype(np.int64)

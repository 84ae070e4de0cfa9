"""The task `binary`: outputs whose sign says yes or no.

`torch.nn.BCEWithLogitsLoss` trains such an output: it is the score of yes where that of no is
zero. One output tells two classes apart; of several, any number may say yes (multi-label).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..program import Shape
from ..store.errors import TabfabError
from .class_tally import ClassTally
from .task import Answers, Tally, Targets, Task, as_whole, is_map, shown_map

TWO_CLASSES = 2


class Binary(Task):
    """A classifier by signs."""

    name: ClassVar[str] = "binary"
    meaning: ClassVar[str] = "outputs whose sign says yes or no"
    searched: ClassVar[str] = "accuracy"
    between: ClassVar[Mapping[str, str]] = {"accuracy": "agreement"}

    def misfit(self, output: Shape) -> str:
        """See `Task.misfit`."""
        if is_map(output):
            return (
                f"the network answers with {shown_map(output)}; use --task segmentation, which "
                "goes by the sign where there is one channel, or map"
            )
        return ""

    def truth(self, targets: Targets, output: Shape) -> NDArray[np.int64] | None:
        """(N, outputs) 0 or 1; see `Task.truth`."""
        whole = as_whole(targets)
        if whole is None or whole.ndim > 2 or (whole.ndim == 1 and output[0] > 1):
            return None
        numbers = whole.reshape(len(whole), -1)
        if numbers.shape[1] != output[0]:
            raise TabfabError(
                f"the data set has {numbers.shape[1]} labels for an image, but the network has "
                f"{output[0]} outputs; use the data set that it was trained on"
            )
        highest = int(numbers.max(initial=0))
        if highest >= TWO_CLASSES:
            has = (
                "one output, whose sign tells the classes 0 and 1 apart"
                if output[0] == 1
                else f"{output[0]} outputs, each of which tells 0 and 1 apart by its sign"
            )
            raise TabfabError(
                f"the data set has the class number {highest}, but the network has {has}; use the "
                "data set that it was trained on, or say --task regression, if the output should "
                "be the number itself"
            )
        return numbers

    def decide(self, answers: Answers) -> NDArray[np.int64]:
        """(N, outputs) 1 where an output is above zero, else 0.

        Example
        -------
        >>> Binary().decide(np.array([[[[-1]]], [[[0]]], [[[4]]]])).tolist()
        [[0], [0], [1]]
        """
        return (answers.reshape(len(answers), -1) > 0).astype(np.int64)

    def tally(self, output: Shape, classes: Sequence[str] = ()) -> Tally:
        """See `Task.tally`."""
        return ClassTally(TWO_CLASSES)

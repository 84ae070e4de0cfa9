"""The task `classes`: a score for each class, and the largest tells which it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..program import Shape
from ..store.errors import TabfabError
from .class_tally import ClassTally
from .task import Answers, Decided, Tally, Targets, Task, as_whole, is_map, shown_map


class Classes(Task):
    """A classifier of several outputs."""

    name: ClassVar[str] = "classes"
    meaning: ClassVar[str] = "a score for each of several classes"
    searched: ClassVar[str] = "accuracy"
    between: ClassVar[Mapping[str, str]] = {"accuracy": "agreement"}

    def misfit(self, output: Shape) -> str:
        """See `Task.misfit`."""
        if is_map(output):
            return (
                f"the network answers with {shown_map(output)}; use --task segmentation for a "
                "class of each pixel, or map"
            )
        if output[0] == 1:
            return "the network has one output; use --task binary for its sign, or regression"
        return ""

    def truth(self, targets: Targets, output: Shape) -> NDArray[np.int64] | None:
        """(N,) class numbers, of numbers or of one-hot rows; see `Task.truth`."""
        whole = as_whole(targets)
        if whole is None or whole.ndim > 2:
            return None
        if whole.ndim == 2:
            fits = whole.shape[1] == output[0] and (whole.sum(axis=1) == 1).all()
            return whole.argmax(axis=1).astype(np.int64) if fits else None
        highest = int(whole.max(initial=0))
        if highest >= output[0]:
            raise TabfabError(
                f"the data set has the class number {highest}, but the network has {output[0]} "
                f"outputs, for the classes 0 to {output[0] - 1}; use the data set that it was "
                "trained on (or say --task embedding, if the outputs are no scores of classes)"
            )
        return whole

    def decide(self, answers: Answers) -> NDArray[np.int64]:
        """(N,) the class of the largest score, the lowest number on a tie.

        Example
        -------
        >>> Classes().decide(np.array([[[[3, 5]]], [[[2, 2]]]])).tolist()
        [1, 0]
        """
        return largest(answers.reshape(len(answers), -1))

    def tally(self, output: Shape, classes: Sequence[str] = ()) -> Tally:
        """See `Task.tally`."""
        return ClassTally(output[0], len(classes))


def largest(scores: Decided) -> NDArray[np.int64]:
    """(...) the number of the largest along the last axis, the lowest number on a tie."""
    found: NDArray[np.int64] = scores.argmax(axis=-1).astype(np.int64)
    return found

"""The task `segmentation`: a map of scores, whose largest is each pixel's class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..program import Shape
from ..store.errors import TabfabError
from .binary import TWO_CLASSES
from .class_tally import PixelTally
from .classes import largest
from .task import Answers, Tally, Targets, Task, as_whole, is_map, shown_map


class Segmentation(Task):
    """A class for each pixel; with one channel, two classes told apart by its sign."""

    name: ClassVar[str] = "segmentation"
    meaning: ClassVar[str] = "a map of scores, with a class for each pixel"
    searched: ClassVar[str] = "accuracy"
    between: ClassVar[Mapping[str, str]] = {"accuracy": "agreement"}

    def misfit(self, output: Shape) -> str:
        """See `Task.misfit`."""
        if is_map(output):
            return ""
        if output[0] == 1:
            return "the network has one output; use --task binary for its sign, or regression"
        return (
            f"the network answers with {output[0]} numbers for an image; use --task classes, "
            "regression or embedding"
        )

    def truth(self, targets: Targets, output: Shape) -> NDArray[np.int64] | None:
        """(N, height, width) class numbers; see `Task.truth`."""
        whole = as_whole(targets)
        if whole is not None and whole.ndim == 4 and whole.shape[3] == 1:
            whole = whole[..., 0]
        if whole is None or whole.ndim != 3:
            return None
        if whole.shape[1:] != output[1:]:
            raise TabfabError(
                f"the data set has maps of {'x'.join(map(str, whole.shape[1:]))} labels, but the "
                f"network answers with {shown_map(output)}; scale the labels to its size"
            )
        highest, classes = int(whole.max(initial=0)), max(output[0], TWO_CLASSES)
        if highest >= classes:
            raise TabfabError(
                f"the data set has pixels of the class number {highest}, but the network tells "
                f"{classes} classes apart; use the data set that it was trained on (labels that "
                "stand for no class must be given one)"
            )
        return whole

    def decide(self, answers: Answers) -> NDArray[np.int64]:
        """(N, height, width) the class of each pixel's largest score."""
        if answers.shape[3] == 1:
            return (answers[..., 0] > 0).astype(np.int64)
        return largest(answers)

    def tally(self, output: Shape, classes: Sequence[str] = ()) -> Tally:
        """See `Task.tally`."""
        return PixelTally(max(output[0], TWO_CLASSES))

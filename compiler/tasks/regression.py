"""The task `regression`: outputs that are numbers to be met, such as an age or an angle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..program import Shape
from ..store.errors import TabfabError
from .task import Answers, Tally, Targets, Task, is_map, shown_map
from .value_tally import VALUES_BETWEEN, ValueTally


class Regression(Task):
    """Values, one or several for an image."""

    name: ClassVar[str] = "regression"
    meaning: ClassVar[str] = "values to be met, one or several for an image"
    searched: ClassVar[str] = "r2"
    between: ClassVar[Mapping[str, str]] = VALUES_BETWEEN

    def misfit(self, output: Shape) -> str:
        """See `Task.misfit`."""
        if is_map(output):
            return f"the network answers with {shown_map(output)}; use --task map"
        return ""

    def truth(self, targets: Targets, output: Shape) -> NDArray[np.float64] | None:
        """(N, outputs); see `Task.truth`."""
        if targets.ndim == 1 and targets.dtype.kind == "i" and output[0] > 1:
            return None  # class numbers
        if targets.ndim > 2:
            return None
        values = targets.reshape(len(targets), -1).astype(np.float64)
        if values.shape[1] != output[0]:
            raise TabfabError(
                f"the data set has {values.shape[1]} targets for an image, but the network has "
                f"{output[0]} outputs; use the data set that it was trained on"
            )
        return values

    def decide(self, answers: Answers) -> NDArray[np.float64]:
        """(N, outputs) the values, behind the network's ending."""
        return self.ended(answers).reshape(len(answers), -1)

    def tally(self, output: Shape, classes: Sequence[str] = ()) -> Tally:
        """See `Task.tally`."""
        return ValueTally()

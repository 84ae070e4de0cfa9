"""The task `map`: a map of values, as of an autoencoder, a depth map or the head of a detector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..program import Shape
from ..store.errors import TabfabError
from .task import Answers, Tally, Targets, Task, is_map, shown_map
from .value_tally import VALUES_BETWEEN, ValueTally


class Map(Task):
    """Values for each pixel."""

    name: ClassVar[str] = "map"
    meaning: ClassVar[str] = "a map of values"
    searched: ClassVar[str] = "r2"
    between: ClassVar[Mapping[str, str]] = VALUES_BETWEEN

    def misfit(self, output: Shape) -> str:
        """See `Task.misfit`."""
        if is_map(output):
            return ""
        return f"the network answers with {output[0]} numbers for an image; use --task regression"

    def truth(self, targets: Targets, output: Shape) -> NDArray[np.float64] | None:
        """(N, height, width, channels); see `Task.truth`."""
        if targets.ndim not in (3, 4):
            return None
        values = targets[..., None] if targets.ndim == 3 else targets
        channels, height, width = output
        if values.shape[1:] != (height, width, channels):
            raise TabfabError(
                f"the data set has maps of {'x'.join(map(str, values.shape[1:]))} (height, width, "
                f"channels), but the network answers with {shown_map(output)}; give targets of "
                "that size, channels last"
            )
        return values.astype(np.float64)

    def decide(self, answers: Answers) -> NDArray[np.float64]:
        """The values, behind the network's ending."""
        return self.ended(answers)

    def tally(self, output: Shape, classes: Sequence[str] = ()) -> Tally:
        """See `Task.tally`."""
        return ValueTally()

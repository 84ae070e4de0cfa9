"""When each layer is converted, and how fast training goes. Nothing here imports torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .options import FinetuneOptions

_WARM_UP = 20
"""Steps in which the learning rate rises from nothing, while the optimizer has no momentum."""
_JUDGE = 100
"""Joint steps between two looks at images that were set aside."""


@dataclass(frozen=True)
class Schedule:
    """What happens at each step.

    Layers are converted in the order of the network, each followed by some steps of training in
    which it and those behind it take part; then all train together.

    Parameters
    ----------
    layers: names of the layers to convert, in order.
    options: how.
    """

    layers: Sequence[str]
    options: FinetuneOptions

    @property
    def joint_start(self) -> int:
        """The first joint step."""
        return len(self.layers) * self.options.steps_per_layer

    @property
    def steps(self) -> int:
        """All steps."""
        return self.joint_start + self.options.joint_steps

    def conversions(self, step: int) -> tuple[str, ...]:
        """The layers that are converted just before `step`."""
        every = self.options.steps_per_layer
        if every == 0:  # they were all converted before
            return ()
        number, rest = divmod(step, every)
        return () if rest or number >= len(self.layers) else (self.layers[number],)

    def layer(self, step: int) -> str | None:
        """The layer that was converted last before `step`; None once all train together."""
        if step >= self.joint_start:
            return None
        return self.layers[step // self.options.steps_per_layer]

    def is_judged(self, step: int) -> bool:
        """Whether the network is judged just before `step`: at times, and in the end."""
        done = step - self.joint_start
        return self.options.joint_steps > 0 and (
            done == self.options.joint_steps or (done >= 0 and done % _JUDGE == 0)
        )

    def phase(self, step: int) -> str:
        """What a progress bar should say of `step`."""
        return self.layer(step) or "all layers"

    def learning_rate(self, step: int) -> float:
        """That of `step`: it falls along half a cosine after each conversion and at the end.

        A layer is left as its last step left it, noise and all, so its last steps are short.
        """
        rate = self.options.learning_rate * min(1.0, (step + 1) / _WARM_UP)
        if step < self.joint_start:
            every = self.options.steps_per_layer
            done = step % every / every
        else:
            done = (step - self.joint_start) / self.options.joint_steps
        return rate * (1 + math.cos(math.pi * done)) / 2

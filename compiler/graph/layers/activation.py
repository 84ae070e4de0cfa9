"""Activation functions that are more than a clamp."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from ...store.errors import TabfabError
from .functions import FUNCTIONS, Doubles, Function
from .layer import Layer


def _unchanged() -> Doubles:
    return np.array([[1.0], [0.0]])


@dataclass(frozen=True, eq=False, kw_only=True)
class Activation(Layer):
    """``after(f(before(x)))``, element by element.

    Parameters
    ----------
    function: name of f in `FUNCTIONS`.
    parameters: (parameters of f, 1 or channels) float64, shared by all channels or one for each.
    before, after: (2, 1 or channels) float64, factor and offset of what is done to the argument
        and to the result: multiplications by constants that were folded in.
    """

    kind: ClassVar[str] = "activation"
    function: str
    parameters: Doubles = field(default_factory=lambda: np.empty((0, 1)))
    before: Doubles = field(default_factory=_unchanged)
    after: Doubles = field(default_factory=_unchanged)

    def __post_init__(self) -> None:
        if self.function not in FUNCTIONS:
            raise TabfabError(
                f"there is no activation function {self.function!r}; there are "
                f"{', '.join(FUNCTIONS)}"
            )
        count = len(self.known.parameters)
        for name, rows in (("parameters", count), ("before", 2), ("after", 2)):
            shape = getattr(self, name).shape
            if shape not in ((rows, 1), (rows, self.shape[0])):
                raise TabfabError(
                    f"{name} of the activation function {self.function!r} have shape {shape}, not "
                    f"({rows}, 1) or ({rows}, {self.shape[0]})"
                )

    @property
    def known(self) -> Function:
        """Its function."""
        return FUNCTIONS[self.function]

    @property
    def is_shared(self) -> bool:
        """Whether all channels have the same function."""
        return all(a.shape[1] == 1 for a in (self.parameters, self.before, self.after))

    def values(self, x: Doubles) -> Doubles:
        """The result, clamped, in double precision.

        Parameters
        ----------
        x: (numbers,) or (channels, numbers); every channel has a result for each.

        Returns
        -------
        (1, numbers) if all channels have the same function and argument, else (channels, numbers).
        """
        parameters = (row[:, None] for row in self.parameters)
        argument = np.atleast_2d(x) * self.before[0, :, None] + self.before[1, :, None]
        with np.errstate(all="ignore"):  # what is no number is refused where it matters
            result = self.known.compute(argument, *parameters)
        return np.clip(
            result * self.after[0, :, None] + self.after[1, :, None], self.low, self.high
        )

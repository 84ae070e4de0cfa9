"""Memory: what a component says of a memory that it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .packing import Packing


@dataclass(frozen=True)
class Memory:
    """A memory of a component.

    Parameters
    ----------
    depth, width: rows, and bits of a row.
    kind: ``rom`` and ``ram`` answer on the clock after an address, so that block RAM can hold
        them, a ``ram`` into one more register; a ``queue`` answers on the same clock, which takes
        distributed RAM or registers.
    packing: what the component makes it of, where it does not leave that to synthesis.
    """

    depth: int
    width: int
    kind: Literal["rom", "ram", "queue"]
    packing: Packing | None = None

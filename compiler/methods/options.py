"""What a user may choose about a layer, whatever its method. Nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..store.settings import require, setting


@dataclass(frozen=True, kw_only=True)
class MethodOptions:
    """Settings of a layer that all methods share; each method's own add to them.

    Parameters
    ----------
    table_bits: bits of a table entry, 2 to 8, and of a weight where its method has no setting of
        its own for that.
    refit: fit tables, and the weights of exact layers behind them, to the float network's
        output; otherwise tables are prototypes times weights and weights stay as they are.
    seed: of everything random.
    """

    about: ClassVar[str] = "Layers of all methods"

    table_bits: int = setting(8, "Bits of a table entry and of an exact layer's weight, 2 to 8.")
    refit: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        require(2 <= self.table_bits <= 8, f"table entries have 2 to 8 bits, not {self.table_bits}")
        require(self.seed >= 0, f"the seed must not be negative, as {self.seed} is")

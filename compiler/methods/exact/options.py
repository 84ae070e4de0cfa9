"""Settings of the method `exact`. Nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...store.settings import require, setting
from ..options import MethodOptions


@dataclass(frozen=True, kw_only=True)
class ExactOptions(MethodOptions):
    """How a layer multiplies.

    Parameters
    ----------
    exact_bits: bits of a weight, 2 to 8; as many as `table_bits` if not given.
    """

    about: ClassVar[str] = "Exact layers"

    exact_bits: int | None = setting(
        None, "Bits of an exact layer's weight, 2 to 8.", default="as --table-bits"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        require(2 <= self.weight_bits <= 8, f"weights have 2 to 8 bits, not {self.weight_bits}")

    @property
    def weight_bits(self) -> int:
        """Bits of a weight."""
        return self.table_bits if self.exact_bits is None else self.exact_bits

"""Change: a program as it would be with another setting of the compiler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ....compiler.program import Program


@dataclass(frozen=True)
class Change:
    """Another setting of the compiler.

    Only the shapes and widths of the changed program count, since only resources are asked for:
    it computes nothing that makes sense.

    Parameters
    ----------
    option: of `tabfab compile`.
    apply: the program as it would be; the same program where nothing changes.
    """

    option: str
    apply: Callable[[Program], Program]

"""How work that takes long tells how far it is. Nothing here imports torch."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""Called with (steps done, steps in all, what is under way); the last may be empty."""


def silent(done: int, total: int, what: str = "") -> None:
    """The `Progress` of work that nobody watches."""

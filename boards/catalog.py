"""All boards, by name."""

from __future__ import annotations

from .board import Board, BoardError
from .records import (
    arty_a7,
    arty_z7,
    colorlight,
    ice40_hx8k,
    icebreaker,
    icepi_zero,
    orangecrab,
    tang_nano_9k,
    tang_nano_20k,
    tang_primer_25k,
    ulx3s,
)

BOARDS: dict[str, Board] = {
    board.name: board
    for module in (
        ulx3s,
        orangecrab,
        icepi_zero,
        colorlight,
        icebreaker,
        ice40_hx8k,
        tang_nano_9k,
        tang_nano_20k,
        tang_primer_25k,
        arty_a7,
        arty_z7,
    )
    for board in module.BOARDS
}
"""Every board that a bitstream, or a project for the manufacturer's tool, can be made for."""


def find_board(name: str) -> Board:
    """The board of that name.

    Raises
    ------
    BoardError: there is none.
    """
    if name not in BOARDS:
        raise BoardError(f"there is no board {name!r}; choose one of {', '.join(BOARDS)}")
    return BOARDS[name]

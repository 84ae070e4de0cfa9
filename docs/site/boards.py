"""The page of boards, made from their records."""

from __future__ import annotations

from tabfab.boards.board import Board
from tabfab.boards.catalog import BOARDS
from tables import table

_TOP = """# Boards

What `--board` takes. A board is a file in `boards/records/` and a line in `boards/catalog.py`
([adding one](../develop.md#adding-a-board)); [on a board](../board.md) says how bitstreams are made
and what has been tried.
"""


def page() -> str:
    """A row for each board."""
    columns = ["board", "what it is", "device", "FPGA", "clock, MHz", "frames ahead", "loader"]
    return "\n\n".join([_TOP, table(columns, map(_row, BOARDS.values()))]) + "\n"


def _row(board: Board) -> list[object]:
    loader = f"`openFPGALoader {' '.join(board.loader)}`" if board.loader else "none"
    return [f"`{board.name}`", board.title, f"`{board.device}`", board.part, f"{board.mhz:g}",
            board.slots, loader]  # fmt: skip

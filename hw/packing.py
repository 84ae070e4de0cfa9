"""Packing: which block RAMs and how much logic a read-only memory is made of.

`pack` cuts a memory of `depth` rows by `width` bits into pieces: block RAMs, each used in one of
its configurations, and remainders (few rows or few columns, which would open another block for
little) as logic. `PackedRom` builds exactly these pieces, and the planner counts them here, so
that plan and netlist agree.

Memories are cut into columns, every column into rows. A column that uses blocks as (d, w) has
one piece per d rows: several pieces in a column cost a multiplexer behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from .devices import Family, families

Rows = tuple[int, int]
"""First row, and the row behind the last."""

Style = Literal["block", "logic", "auto"]
"""What a piece is made of; ``auto`` leaves it to the synthesis tool."""

_JOINED = {"ecp5": 8, "gowin": 16, "xilinx": 4, "xilinx-us": 8}
"""LUTs that the slices' own multiplexers join into one wider function, without further LUTs."""
_GATES_PER_LUT = 3
"""Pieces of a column that one more LUT adds to the gated sum behind them."""


@dataclass(frozen=True)
class MemoryOptions:
    """How the tables of one layer are laid out in memory.

    Parameters
    ----------
    family: of devices, whose blocks are aimed at; None leaves each memory in one piece and the
        rest to the synthesis tool.
    ports: 2 lets two lanes share one memory of twice the depth, a read port each. Families
        without a second read port need a copy for it.
    luts_per_block: LUTs that it is worth to save one block RAM; 0 never spends any, infinity
        uses no block RAM at all.
    """

    family: str | None = None
    ports: int = 1
    luts_per_block: float = 0.0

    def __post_init__(self) -> None:
        if self.ports not in (1, 2):
            raise TypeError(f"a memory has 1 or 2 read ports, not {self.ports!r}")
        if self.luts_per_block < 0:
            raise TypeError(f"a block cannot be worth {self.luts_per_block!r} LUTs")


@dataclass(frozen=True)
class Piece:
    """A rectangle of a memory.

    Parameters
    ----------
    first_row, rows: a power of two of rows begins at `first_row`, so that the low bits of an
        address are the address within the piece.
    first_bit, bits: columns.
    style: what it is made of.
    ports: read ports that reach it.
    """

    first_row: int
    rows: int
    first_bit: int
    bits: int
    style: Style
    ports: tuple[int, ...]


@dataclass(frozen=True)
class Packing:
    """What a memory is made of.

    Parameters
    ----------
    depth, width: of the memory.
    reads: the rows that each read port reaches.
    pieces: each column's from its first row on.
    luts: an estimate of what logic pieces and multiplexers take.
    occupied_bits: of the block RAMs, parity bits included.
    """

    depth: int
    width: int
    reads: tuple[Rows, ...]
    pieces: tuple[Piece, ...]
    luts: int
    occupied_bits: int

    @property
    def blocks(self) -> int:
        """Block RAMs."""
        return sum(piece.style == "block" for piece in self.pieces)

    @property
    def stored_bits(self) -> int:
        """Bits of the memory that are in block RAMs; a copy for a second port counts once."""
        rectangles = {
            (piece.first_row, piece.rows, piece.first_bit, piece.bits)
            for piece in self.pieces
            if piece.style == "block"
        }
        return sum(rows * bits for _, rows, _, bits in rectangles)

    @property
    def joined(self) -> bool:
        """Whether a read port chooses among the pieces of a column."""
        keys = [(piece.first_bit, port) for piece in self.pieces for port in piece.ports]
        return len(keys) != len(set(keys))


@cache
def pack(
    depth: int, width: int, options: MemoryOptions, reads: tuple[Rows, ...] | None = None
) -> Packing:
    """The pieces of a read-only memory that cost least.

    Parameters
    ----------
    depth, width: rows and bits of a row.
    options: family and the price of a block; its `ports` is not read.
    reads: the rows that each of one or two read ports reaches; by default one port, all rows.
    """
    reads = reads or ((0, depth),)
    if depth < 1 or width < 1 or not 1 <= len(reads) <= 2:
        raise TypeError(f"no memory has {depth} rows of {width} bits and {len(reads)} read ports")
    if options.family is None:
        ports = tuple(range(len(reads)))
        piece = Piece(0, depth, 0, width, "auto", ports)
        return Packing(depth, width, reads, (piece,), 0, 0)
    cutter = _Cutter(families()[options.family], depth, reads, options.luts_per_block)
    columns = _cheapest_columns(width, cutter)
    pieces: list[Piece] = []
    luts = 0.0
    for first_bit, bits, column in columns:
        for part in column.parts:
            style = cutter.style(part, bits)
            pieces += _built(part, first_bit, bits, style)
            luts += part.luts * bits if style == "logic" else 0
        luts += column.multiplexer * bits
    packing = Packing(depth, width, reads, tuple(pieces), round(luts), 0)
    occupied = packing.blocks * cutter.family.block_bits
    return Packing(depth, width, reads, packing.pieces, packing.luts, occupied)


# ----------------------------------------------------------------------------- columns


@dataclass(frozen=True)
class _Part:
    """Rows of a column: `blocks` block RAMs, or `luts` per bit as logic."""

    first_row: int
    rows: int
    ports: tuple[int, ...]
    blocks: int
    luts: float


@dataclass(frozen=True)
class _Column:
    """All rows of up to `width` columns; `multiplexer` is LUTs per bit."""

    width: int
    parts: tuple[_Part, ...]
    multiplexer: float


class _Cutter:
    """Cuts the rows of one memory in each way that a family's blocks can be used."""

    def __init__(
        self, family: Family, depth: int, reads: tuple[Rows, ...], luts_per_block: float
    ) -> None:
        self.family = family
        self.depth = depth
        self.reads = reads
        self.price = luts_per_block
        self.columns = [
            self._column(rows, bits, shared=(rows, bits) in family.dual_port)
            for rows, bits in dict.fromkeys((*family.block_ram, *family.dual_port))
        ]
        whole = 1 << (depth - 1).bit_length()
        self.columns.append(self._column(whole, 1, shared=False, only_logic=True))

    def style(self, part: _Part, bits: int) -> Style:
        """What `bits` columns of a part are made of."""
        return "block" if part.blocks * self.price <= part.luts * bits else "logic"

    def cost(self, column: _Column, bits: int) -> tuple[float, int]:
        """What `bits` of a column cost: LUTs, a block counted as what it is worth; pieces."""
        parts = sum(
            part.blocks * self.price if self.style(part, bits) == "block" else part.luts * bits
            for part in column.parts
        )
        return parts + column.multiplexer * bits, sum(part.blocks for part in column.parts)

    def _column(self, step: int, width: int, *, shared: bool, only_logic: bool = False) -> _Column:
        parts = []
        for start in range(0, self.depth, step):
            end = min(start + step, self.depth)
            touching = [
                port for port, (low, high) in enumerate(self.reads) if low < end and high > start
            ]
            together = len(touching) == 2 and shared
            blocks = len(touching) if not together else 1
            luts = sum(
                self._logic(max(low, start) - start, min(high, end) - start)
                for low, high in (self.reads[port] for port in touching)
            )
            parts.append(
                _Part(start, end - start, tuple(touching), 1 << 40 if only_logic else blocks, luts)
            )
        ways = [sum(port in part.ports for part in parts) for port in range(len(self.reads))]
        multiplexer = sum(-(-(way - 1) // _GATES_PER_LUT) for way in ways if way > 1)
        return _Column(width, tuple(parts), multiplexer)

    def _logic(self, low: int, high: int) -> float:
        """LUTs per bit of rows `low` to `high`, of a memory that begins at 0."""
        leaf = 1 << self.family.lut_inputs
        leaves = -(-high // leaf) - low // leaf
        joined = _JOINED.get(self.family.name, 1)
        groups = -(-leaves // joined)
        return leaves + (groups - 1) * (1 if joined > 1 else 1.5)


def _cheapest_columns(width: int, cutter: _Cutter) -> Iterator[tuple[int, int, _Column]]:
    """(first bit, bits, column) of the columns that together cost least."""
    best: list[tuple[tuple[float, int], int, _Column]] = []
    costs: dict[tuple[int, int], tuple[float, int]] = {}
    for total in range(1, width + 1):
        choices = []
        for number, column in enumerate(cutter.columns):
            bits = min(column.width, total)
            if (number, bits) not in costs:
                costs[number, bits] = cutter.cost(column, bits)
            own, rest = (
                costs[number, bits],
                (0.0, 0) if bits == total else best[total - bits - 1][0],
            )
            choices.append(((own[0] + rest[0], own[1] + rest[1]), bits, column))
        best.append(min(choices, key=lambda choice: choice[0]))
    first = 0
    while first < width:
        _, bits, column = best[width - first - 1]
        yield first, bits, column
        first += bits


def _built(part: _Part, first_bit: int, bits: int, style: Style) -> Iterator[Piece]:
    """The pieces of a part: one, or one per read port where ports cannot share it."""
    shared = style == "block" and part.blocks == 1
    for ports in [part.ports] if shared else [(port,) for port in part.ports]:
        yield Piece(part.first_row, part.rows, first_bit, bits, style, ports)

"""Packing: which block RAMs and how much logic a read-only memory is made of.

`pack` cuts a memory of `depth` rows by `width` bits into pieces: block RAMs, each used in one of
its configurations, and remainders (few rows or few columns, which would open another block for
little) as logic. `PackedRom` builds exactly these pieces, and the planner counts them here, so
that plan and netlist agree.

Memories are cut into columns, every column into rows. A column that uses blocks as (d, w) has
one piece per d rows: several pieces in a column cost a multiplexer behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import expm1, inf, log1p
from typing import Literal

from amaranth.utils import ceil_log2

from ...compiler.store.errors import shown
from ..device.families.catalog import FAMILIES
from ..device.family import Family

Rows = tuple[int, int]
"""First row, and the row behind the last."""

Style = Literal["block", "logic", "auto"]
"""What a piece is made of; ``auto`` leaves it to the synthesis tool."""

_JOINING = 1.5
"""LUTs for each function that a family's slices join beyond the first."""
_UNJOINED = 1.9
"""LUTs for each one of contents where slices have no multiplexers."""
_DISTINCT = 8
"""Rows beyond the bits of their number from which on columns differ: less than one in 500 does
not."""
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
    luts_per_block: LUTs that it is worth to save one block RAM. A large number makes memories
        of logic; 0 takes blocks and even spares the multiplexers between them.
    loadable: whether contents can be replaced at run time; what is not in block RAM is then
        distributed RAM, on families that have it.
    """

    family: str | None = None
    ports: int = 1
    luts_per_block: float = 300.0
    loadable: bool = False

    def __post_init__(self) -> None:
        if self.ports not in (1, 2):
            raise ValueError(f"a memory has 1 or 2 read ports, not {shown(self.ports)}")
        if self.family is not None and self.family not in FAMILIES:
            raise ValueError(f"there is no family {shown(self.family)} of devices")
        if not self.luts_per_block >= 0:
            raise ValueError(f"a block cannot be worth {shown(self.luts_per_block)} LUTs")


SITE_BITS = 36
"""Columns of logic that share their address registers."""

HOPS: dict[Style, int] = {"block": 2, "auto": 2, "logic": 3}
"""Registers, one behind the other, in which an address crosses the device to a site. Logic has
one more there, and none behind it."""
PIECE_LATENCY = HOPS["logic"] + 1
"""Clocks from an address to what a piece answers."""


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
    fixed: whether contents stay as they are, so that synthesis makes one of columns that are alike.
    """

    depth: int
    width: int
    reads: tuple[Rows, ...]
    pieces: tuple[Piece, ...]
    luts: int
    occupied_bits: int
    fixed: bool = True

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
    def sites(self) -> list[list[Piece]]:
        """Pieces that share address registers: a block RAM with none, logic with more.

        The pieces of a large memory lie all over a device, so that one address would come late to
        most of them. Pieces of one row need none.
        """
        logic: dict[int, list[Piece]] = {}
        alone = []
        for piece in self.pieces:
            if piece.rows == 1:
                continue
            if piece.style == "logic":
                logic.setdefault(piece.first_bit // SITE_BITS, []).append(piece)
            else:
                alone.append([piece])
        return alone + list(logic.values())

    @cached_property
    def address_bits(self) -> int:
        """Bits of the address registers of all sites."""
        return sum(
            max(ceil_log2(piece.rows) for piece in site if port in piece.ports)
            * HOPS[site[0].style]
            for site in self.sites
            for port in {port for piece in site for port in piece.ports}
        )

    @cached_property
    def answer_bits(self) -> int:
        """Bits of the registers behind the pieces, without those that block RAMs may have inside.

        Where a port chooses among pieces, also of those that say which one was addressed.
        """
        columns: dict[tuple[int, int, int, tuple[int, ...]], int] = defaultdict(int)
        for piece in self.pieces:
            if piece.style == "logic":
                site = piece.first_bit // SITE_BITS
                columns[site, piece.first_row, piece.rows, piece.ports] += piece.bits
        logic = sum(
            len(ports) * (distinct_columns(rows, bits) if self.fixed else bits)
            for (_, _, rows, ports), bits in columns.items()
        )
        if not self.joined:
            return logic
        chosen = _port_bits(self.pieces) + self.width * len(self.reads)
        return logic + chosen + PIECE_LATENCY * self._hits

    @cached_property
    def _hits(self) -> int:
        """Bits that say whether a piece was addressed; columns that are cut alike share theirs."""
        columns: dict[tuple[int, int], list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            for port in piece.ports:
                columns[piece.first_bit, port].append(piece)
        return len(
            {
                (port, piece.first_row, pieces[0].rows)
                for (_, port), pieces in columns.items()
                for piece in pieces
                if len(pieces) > 1
            }
        )

    @cached_property
    def block_answer_bits(self) -> int:
        """Bits of the registers behind block RAMs, which those of some families have inside."""
        return _port_bits(piece for piece in self.pieces if piece.style == "block")

    @property
    def joined(self) -> bool:
        """Whether a read port chooses among the pieces of a column."""
        return self._hits > 0


def _port_bits(pieces: Iterable[Piece]) -> int:
    """Bits that pieces answer with, at all their ports."""
    return sum(piece.bits * len(piece.ports) for piece in pieces)


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
        raise ValueError(f"no memory has {depth} rows of {width} bits and {len(reads)} read ports")
    if options.family is None:
        ports = tuple(range(len(reads)))
        piece = Piece(0, depth, 0, width, "auto", ports)
        return Packing(depth, width, reads, (piece,), 0, 0)
    family = FAMILIES[options.family]
    cutter = _Cutter(family, depth, reads, options)
    pieces: list[Piece] = []
    luts = 0.0
    logic: dict[tuple[int, int, int, float], int] = defaultdict(int)
    for first_bit, bits, column in _merged(_cheapest_columns(width, cutter)):
        luts += column.multiplexer * bits
        for part in column.parts:
            block = cutter.as_block(part, bits)
            pieces += _pieces(part, first_bit, bits, block)
            if not block:
                logic[first_bit // SITE_BITS, part.first_row, part.rows, part.luts] += bits
    for (_, _, rows, per_column), bits in logic.items():
        luts += per_column * (bits if options.loadable else distinct_columns(rows, bits))
    blocks = sum(piece.style == "block" for piece in pieces)
    occupied = blocks * family.block_bits
    return Packing(
        depth, width, reads, tuple(pieces), round(luts), occupied, fixed=not options.loadable
    )


# ----------------------------------------------------------------------------- columns


@dataclass(frozen=True)
class _Part:
    """Rows of a column: `blocks` block RAMs (None: not at all), or `luts` per bit as logic."""

    first_row: int
    rows: int
    ports: tuple[int, ...]
    blocks: int | None
    luts: float


@dataclass(frozen=True)
class _Column:
    """All rows of up to `width` columns; `multiplexer` is LUTs per bit."""

    width: int
    parts: tuple[_Part, ...]
    multiplexer: int


class _Cutter:
    """Cuts the rows of one memory in each way that a family's blocks can be used."""

    def __init__(
        self, family: Family, depth: int, reads: tuple[Rows, ...], options: MemoryOptions
    ) -> None:
        self.family = family
        self.depth = depth
        self.reads = reads
        self.price = options.luts_per_block
        self.luts = distributed_luts if options.loadable else logic_luts
        ways = dict.fromkeys((*family.block_ram, *family.dual_port))
        self.columns = [self._column(rows, bits) for rows, bits in ways]
        self.columns.append(self._column(depth, None))

    def as_block(self, part: _Part, bits: int) -> bool:
        """Whether `bits` columns of a part are better in block RAM than as logic."""
        return part.blocks is not None and part.blocks * self.price <= part.luts * bits

    def cost(self, column: _Column, bits: int) -> tuple[float, int]:
        """What `bits` of a column cost: LUTs, a block counted as what it is worth; blocks."""
        luts, blocks = float(column.multiplexer * bits), 0
        for part in column.parts:
            if self.as_block(part, bits):
                assert part.blocks is not None
                luts += part.blocks * self.price
                blocks += part.blocks
            else:
                luts += part.luts * bits
        return luts, blocks

    def _column(self, step: int, width: int | None) -> _Column:
        """Cut at every `step` rows; a column of logic has no width, which counts as one bit."""
        parts = []
        for start in range(0, self.depth, step):
            end = min(start + step, self.depth)
            ranges = {
                port: (max(low, start), min(high, end))
                for port, (low, high) in enumerate(self.reads)
                if low < end and high > start
            }
            shared = (step, width) in self.family.dual_port
            blocks = None if width is None else 1 if shared else len(ranges)
            luts = sum(
                self.luts(self.family, low - start, high - start) for low, high in ranges.values()
            )
            parts.append(_Part(start, end - start, tuple(ranges), blocks, luts))
        seen = [sum(port in part.ports for part in parts) for port in range(len(self.reads))]
        multiplexer = sum(-(-(count - 1) // _GATES_PER_LUT) for count in seen)
        return _Column(width or 1, tuple(parts), multiplexer)


def logic_luts(family: Family, low: int, high: int) -> float:
    """LUTs, on average, of one column of rows `low` to `high` of a memory that begins at row 0.

    Measured with random contents: where the slices have multiplexers of their own, rows are
    rounded up to a power of two of LUTs; where not, each LUT of contents costs more than
    another one to choose it.
    """
    leaf = 1 << family.lut_inputs
    leaves = -(-high // leaf) - low // leaf
    if family.joined_luts is None:
        return leaves if leaves == 1 else _UNJOINED * leaves
    rounded = 1 << (leaves - 1).bit_length()
    return rounded + _JOINING * (-(-rounded // family.joined_luts) - 1)


def distinct_columns(rows: int, columns: int) -> int:
    """How many of so many columns differ, on average, where every bit of a row is as likely.

    Of few rows there are few different columns, and synthesis makes one of those that are alike.
    """
    if rows >= columns.bit_length() + _DISTINCT:
        return columns
    possible = 1 << rows
    return round(possible * -expm1(columns * log1p(-1 / possible)))


def logic_block_luts(family: Family) -> float:
    """LUTs that hold as much as a full block RAM."""
    depth, width = family.block_ram[0]
    return width * logic_luts(family, 0, depth)


def distributed_luts(family: Family, low: int, high: int) -> float:
    """LUTs of the same as distributed RAM, each piece of which needs to be chosen."""
    if family.distributed is None:
        return inf
    depth, width, luts = family.distributed
    pieces = -(-high // depth)
    return pieces * luts / width + _UNJOINED * (pieces - 1) / 2


def _cheapest_columns(width: int, cutter: _Cutter) -> Iterator[tuple[int, int, _Column]]:
    """(first bit, bits, column) of the columns that together cost least."""
    most = max(column.width for column in cutter.columns)
    costs = [
        [cutter.cost(column, bits) for bits in range(1, min(column.width, width) + 1)]
        for column in cutter.columns
    ]
    # Of a memory that is wide enough, columns of what costs least per bit are part of the cheapest
    # choice: among as many others as they have bits, some have a multiple of their bits together.
    (_, _, size, number) = min(
        (luts / bits, blocks / bits, bits, number)
        for number, each in enumerate(costs)
        for bits, (luts, blocks) in enumerate(each, 1)
    )
    first = max(0, width - size * most) // size * size
    column = cutter.columns[number]
    if column.width == 1 and first:
        yield 0, first, column
    else:
        yield from ((start, size, column) for start in range(0, first, size))
    yield from _cheapest_few(first, width - first, cutter.columns, costs)


def _cheapest_few(
    first: int, width: int, columns: Sequence[_Column], costs: Sequence[Sequence[tuple[float, int]]]
) -> Iterator[tuple[int, int, _Column]]:
    """`_cheapest_columns` of so many bits, tried one number of bits after the other."""
    best: list[tuple[tuple[float, int], int, int]] = []
    for total in range(1, width + 1):
        choices = []
        for number, column in enumerate(columns):
            bits = min(column.width, total)
            luts, blocks = costs[number][bits - 1]
            if bits < total:
                rest = best[total - bits - 1][0]
                luts, blocks = luts + rest[0], blocks + rest[1]
            choices.append(((luts, blocks), bits, number))
        best.append(min(choices))
    end = first + width
    while first < end:
        _, bits, number = best[end - first - 1]
        yield first, bits, columns[number]
        first += bits


def _merged(columns: Iterator[tuple[int, int, _Column]]) -> Iterator[tuple[int, int, _Column]]:
    """Neighbouring columns of logic as one."""
    first, width, pending = 0, 0, None
    for first_bit, bits, column in columns:
        logic = column.parts[0].blocks is None
        if pending is not None and (not logic or pending is not column):
            yield first, width, pending
            pending = None
        if not logic:
            yield first_bit, bits, column
        elif pending is None:
            first, width, pending = first_bit, bits, column
        else:
            width += bits
    if pending is not None:
        yield first, width, pending


def _pieces(part: _Part, first_bit: int, bits: int, block: bool) -> Iterator[Piece]:
    """The pieces of a part: one, or one per read port where ports cannot share it."""
    shared = block and part.blocks == 1
    for ports in [part.ports] if shared else [(port,) for port in part.ports]:
        yield Piece(
            part.first_row, part.rows, first_bit, bits, "block" if block else "logic", ports
        )

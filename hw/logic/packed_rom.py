"""PackedRom: a memory of constants, made of the pieces that its packing says."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib.wiring import In, Out
from amaranth.utils import ceil_log2
from numpy.typing import NDArray

from .component import Component
from .counters import late_unreset, unreset
from .filled_memory import FilledMemory
from .load_port import LEAST_ROWS, LOADABLE, LoadPort, row_integers
from .packing import HOPS, PIECE_LATENCY, Packing, Piece
from .rom import STYLES

_LOADABLE: dict[str, dict[str, str | int]] = {
    "block": {"ram_style": "block", **LOADABLE},
    "logic": {"ram_style": "distributed", **LOADABLE},
    "auto": LOADABLE,
}


class PackedRom(Component):
    """A synchronous memory with one or two read ports, read-only but for a load.

    Every site of its packing has registers of its own for the address. These are marked ``keep``,
    or synthesis would make one of them all: `tabfab.hw.synth.passes` heeds that in Yosys, and
    Vivado knows it. The output of every block RAM goes into a register at once, since it is slow to
    answer; the register is of the kind that a block RAM has inside. Where a read port chooses
    among pieces that lie below each other, what they answer goes into registers that are held at
    zero unless their piece was addressed, and the next clock ORs them.

    Parameters
    ----------
    bits: (depth, width) contents, the lowest bit of a row first.
    packing: how the memory is cut.
    loadable: whether the contents can be replaced; what is read meanwhile is undefined.

    Attributes
    ----------
    latency: clocks from an address to its row: 4, or 6 with pieces to choose among.
    load: the port for that; None without.

    Members
    -------
    address0, address1: in, ``range(packing.depth)``; row to read, within those that the port
        reaches.
    data0, data1: out, ``packing.width`` bits; the row that was addressed `latency` clocks before.
    """

    def __init__(self, bits: NDArray[np.bool_], packing: Packing, loadable: bool = False) -> None:
        if bits.shape != (packing.depth, packing.width):
            raise ValueError(
                f"contents of {bits.shape} bits do not fit a memory of "
                f"{(packing.depth, packing.width)}"
            )
        self._bytes = np.packbits(bits, axis=1, bitorder="little")  # networks have many
        self.packing = packing
        self.latency = PIECE_LATENCY + 2 * packing.joined
        self.load = LoadPort(bits) if loadable else None
        ports = range(len(packing.reads))
        super().__init__(
            {f"address{port}": In(range(packing.depth)) for port in ports}
            | {f"data{port}": Out(packing.width) for port in ports}
        )

    @property
    def bits(self) -> NDArray[np.bool_]:
        """(depth, width) contents."""
        return self._rows(slice(None))

    def _rows(self, rows: slice) -> NDArray[np.bool_]:
        width = self.packing.width
        bits = np.unpackbits(self._bytes[rows], axis=1, count=width, bitorder="little")
        return bits.astype(np.bool_)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        if self.load is not None:
            m.submodules.load = self.load
        addresses = self._addresses(m)
        columns: dict[int, list[Piece]] = {}
        for piece in self.packing.pieces:
            columns.setdefault(piece.first_bit, []).append(piece)
        rows: list[list[Value]] = [[] for _ in self.packing.reads]
        for pieces in columns.values():
            answers: list[list[Value]] = [[] for _ in rows]
            for number, piece in enumerate(pieces):
                name = f"column{piece.first_bit}_{number}"
                for port, answer in self._read(m, name, piece, addresses[piece]).items():
                    others = sum(port in other.ports for other in pieces) > 1
                    gate = self._hit(m, name, port, piece, pieces[0]) if others else None
                    answers[port].append(self._chosen(m, f"{name}_data{port}", answer, gate))
            for port, parts in enumerate(answers):
                rows[port].append(_any(parts))
        domain = m.d.sync if self.packing.joined else m.d.comb
        for port, parts in enumerate(rows):
            domain += getattr(self, f"data{port}").eq(Cat(parts))
        return m

    def _chosen(self, m: Module, name: str, answer: Value, gate: Value | None) -> Value:
        """What a piece adds to its port's row."""
        if not self.packing.joined:
            return answer
        register = Signal(len(answer), name=name)
        m.d.sync += register.eq(answer if gate is None else Mux(gate, answer, 0))
        return register

    def _addresses(self, m: Module) -> dict[Piece, dict[int, Value]]:
        """The row of each piece that each of its ports reads, a clock before it is answered.

        Pieces of logic get it a clock later than block RAMs, which have a register behind them.
        """
        addresses: dict[Piece, dict[int, Value]] = {
            piece: dict.fromkeys(piece.ports, Const(0, 1)) for piece in self.packing.pieces
        }
        for number, site in enumerate(self.packing.sites):
            for port in sorted({port for piece in site for port in piece.ports}):
                readers = [piece for piece in site if port in piece.ports]
                name = f"site{number}_address{port}"
                address = _low(
                    getattr(self, f"address{port}"), max(piece.rows for piece in readers)
                )
                for hop in range(HOPS[site[0].style]):
                    address = unreset(m, f"{name}_{hop}", address, keep=1)
                for piece in readers:
                    addresses[piece][port] = _low(address, piece.rows)
        return addresses

    def _read(
        self, m: Module, name: str, piece: Piece, addresses: dict[int, Value]
    ) -> dict[int, Value]:
        """What a piece answers at each of its ports, `PIECE_LATENCY` clocks after the address."""
        contents = self._contents(piece)
        if piece.rows == 1 and self.load is None:  # without address bits, it is a constant
            return dict.fromkeys(piece.ports, Const(contents[0], piece.bits))
        m.submodules[name] = rom = FilledMemory(
            piece.bits,
            contents,
            depth=max(piece.rows, LEAST_ROWS),
            attrs=(STYLES if self.load is None else _LOADABLE)[piece.style],
        )
        if self.load is not None:
            addresses = self._write(m, name, piece, rom, addresses)
        answers: dict[int, Value] = {}
        for port, address in addresses.items():
            read = rom.read_port()
            m.d.comb += read.addr.eq(address)
            answers[port] = read.data
            if piece.style != "logic":
                answers[port] = unreset(m, f"{name}_answer{port}", read.data)
        return answers

    def _write(
        self, m: Module, name: str, piece: Piece, rom: FilledMemory, addresses: dict[int, Value]
    ) -> dict[int, Value]:
        """Load a piece. Where two ports read it, the first one lends its address to the load.

        Returns the addresses to read.
        """
        load = self.load
        assert load is not None
        here = (load.row >= piece.first_row) & (load.row < piece.first_row + piece.rows)
        port = rom.write_port()
        m.d.comb += [
            port.en.eq(load.write & here),
            port.data.eq(load.data[piece.first_bit : piece.first_bit + piece.bits]),
        ]
        target = _low(load.row, piece.rows)
        if len(addresses) == 2:
            lent = Signal(len(target), name=f"{name}_lent")
            first = piece.ports[0]
            m.d.comb += lent.eq(Mux(load.write, target, addresses[first]))
            addresses = addresses | {first: lent}
            target = lent
        m.d.comb += port.addr.eq(target)
        return addresses

    def _hit(self, m: Module, name: str, port: int, piece: Piece, first: Piece) -> Value:
        """Whether the address of `PIECE_LATENCY` clocks before was in a piece.

        `first` is the first piece of its column.
        """
        step = ceil_log2(first.rows)
        address: Value = getattr(self, f"address{port}")
        hit: Value = address[step:] == piece.first_row >> step
        return late_unreset(m, f"{name}_hit{port}_", hit, PIECE_LATENCY)

    def _contents(self, piece: Piece) -> list[int]:
        """Rows of a piece; those that its only port never reads are zero."""
        rows = slice(piece.first_row, piece.first_row + piece.rows)
        bits = self._rows(rows)[:, piece.first_bit : piece.first_bit + piece.bits]
        if len(piece.ports) == 1:
            low, high = self.packing.reads[piece.ports[0]]
            bits[: max(0, low - piece.first_row)] = False
            bits[max(0, high - piece.first_row) :] = False
        return row_integers(bits)


def _low(address: Value, rows: int) -> Value:
    """Address within a piece of so many rows."""
    return address[: ceil_log2(rows)] if rows > 1 else Const(0, 1)


def _any(parts: list[Value]) -> Value:
    """Bitwise OR."""
    total = parts[0]
    for part in parts[1:]:
        total = total | part
    return total

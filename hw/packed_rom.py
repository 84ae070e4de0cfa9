"""PackedRom: a memory of constants, made of the pieces that its packing says."""

from __future__ import annotations

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, unsigned
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out
from amaranth.utils import ceil_log2
from numpy import bool_
from numpy.typing import NDArray

from .load_port import LEAST_ROWS, LOADABLE, LoadPort, row_integers
from .packing import Packing, Piece
from .rom import STYLES

_LOADABLE: dict[str, dict[str, str | int]] = {
    "block": {"ram_style": "block", **LOADABLE},
    "logic": {"ram_style": "distributed", **LOADABLE},
    "auto": LOADABLE,
}


class PackedRom(wiring.Component):
    """A synchronous memory with one or two read ports, read-only but for a load.

    The output of every block RAM goes into a register at once, since it is slow to answer; the
    register is of the kind that a block RAM has inside. Pieces of logic have a register for the
    address instead, near to them, since it goes to many block RAMs too. Where a read port chooses
    among pieces that lie below each other, what they answer goes into registers that are held at
    zero unless their piece was addressed, and the next clock ORs them.

    Parameters
    ----------
    bits: (depth, width) contents, the lowest bit of a row first.
    packing: how the memory is cut.
    loadable: whether the contents can be replaced; what is read meanwhile is undefined.

    Attributes
    ----------
    latency: clocks from an address to its row: 2, or 4 with pieces to choose among.
    load: the port for that; None without.

    Members
    -------
    address0, address1: row to read, within the rows that the port reaches.
    data0, data1: the row that was addressed `latency` clocks before.
    """

    def __init__(self, bits: NDArray[bool_], packing: Packing, loadable: bool = False) -> None:
        if bits.shape != (packing.depth, packing.width):
            raise TypeError(
                f"contents of {bits.shape} bits do not fit a memory of "
                f"{(packing.depth, packing.width)}"
            )
        self.bits = bits
        self.packing = packing
        self.latency = 2 + 2 * packing.joined
        self.load = LoadPort(bits) if loadable else None
        ports = range(len(packing.reads))
        super().__init__(
            {f"address{port}": In(range(packing.depth)) for port in ports}
            | {f"data{port}": Out(packing.width) for port in ports}
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        if self.load is not None:
            m.submodules.load = self.load
        columns: dict[int, list[Piece]] = {}
        for piece in self.packing.pieces:
            columns.setdefault(piece.first_bit, []).append(piece)
        rows: list[list[Value]] = [[] for _ in self.packing.reads]
        for column, pieces in enumerate(columns.values()):
            answers: list[list[Value]] = [[] for _ in rows]
            for number, piece in enumerate(pieces):
                name = f"column{piece.first_bit}_{number}"
                for port, answer in self._read(m, name, piece, column).items():
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

    def _read(self, m: Module, name: str, piece: Piece, column: int) -> dict[int, Value]:
        """What a piece answers at each of its ports, two clocks after the address.

        Columns of logic keep their rows in different orders: synthesis would make one register of
        their addresses if they were the same, with a thousand readers far and wide.
        """
        contents = self._contents(piece)
        if piece.rows == 1 and self.load is None:  # without address bits, it is a constant
            return dict.fromkeys(piece.ports, Const(contents[0], piece.bits))
        depth = max(piece.rows, LEAST_ROWS)
        turn = 0
        if piece.style == "logic" and self.load is None:
            depth = 1 << ceil_log2(piece.rows)
            turn = column % depth
            filled = contents + [0] * (depth - piece.rows)
            contents = [filled[row ^ turn] for row in range(depth)]
        m.submodules[name] = rom = memory.Memory(
            shape=unsigned(piece.bits),
            depth=depth,
            init=contents,
            attrs=(STYLES if self.load is None else _LOADABLE)[piece.style],
        )
        addresses = {
            port: _low(getattr(self, f"address{port}"), piece.rows) for port in piece.ports
        }
        if self.load is not None:
            self._write(m, name, piece, rom, addresses)
        answers = {}
        for port, address in addresses.items():
            read = rom.read_port()
            if piece.style == "logic":
                m.d.comb += read.addr.eq(_register(m, f"{name}_address{port}", address ^ turn))
                answers[port] = read.data
            else:
                m.d.comb += read.addr.eq(address)
                answers[port] = _register(m, f"{name}_answer{port}", read.data)
        return answers

    def _write(
        self, m: Module, name: str, piece: Piece, rom: memory.Memory, addresses: dict[int, Value]
    ) -> None:
        """Load a piece. Where two ports read it, the first one lends its address to the load."""
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
            lent = Signal(len(target), name=f"{name}_address")
            first = piece.ports[0]
            m.d.comb += lent.eq(Mux(load.write, target, addresses[first]))
            addresses[first] = target = lent
        m.d.comb += port.addr.eq(target)

    def _hit(self, m: Module, name: str, port: int, piece: Piece, first: Piece) -> Value:
        """Whether the address of two clocks before was in a piece, of a column with that first."""
        step = ceil_log2(first.rows)
        address: Value = getattr(self, f"address{port}")
        hit: Value = address[step:] == piece.first_row >> step
        for clock in range(2):
            hit = _register(m, f"{name}_hit{port}_{clock}", hit)
        return hit

    def _contents(self, piece: Piece) -> list[int]:
        """Rows of a piece; those that its only port never reads are zero."""
        rows = slice(piece.first_row, piece.first_row + piece.rows)
        bits = self.bits[rows, piece.first_bit : piece.first_bit + piece.bits]
        if len(piece.ports) == 1:
            low, high = self.packing.reads[piece.ports[0]]
            bits = bits.copy()
            bits[: max(0, low - piece.first_row)] = False
            bits[max(0, high - piece.first_row) :] = False
        return row_integers(bits)


def _low(address: Value, rows: int) -> Value:
    """Address within a piece of so many rows."""
    return address[: ceil_log2(rows)] if rows > 1 else Const(0, 1)


def _register(m: Module, name: str, value: Value) -> Signal:
    """`value` one clock later; not reset, as the registers inside of block RAMs are not."""
    register = Signal(len(value), name=name, reset_less=True)
    m.d.sync += register.eq(value)
    return register


def _any(parts: list[Value]) -> Value:
    """Bitwise OR."""
    total = parts[0]
    for part in parts[1:]:
        total = total | part
    return total

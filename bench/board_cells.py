"""What a board's top takes beside the network: link, reset and the rest, on each family.

    python bench/board_cells.py
    python bench/board_cells.py --family gowin --loadable --parts

Yosys' cells of the link with a network of one byte a beat, which the digits' and MNIST's are, by
itself and flattened as the family's command does. With --parts also each component alone; they
share logic in the whole, so that their sum is larger.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from amaranth.hdl import Const, Module, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import Flow, In, Out
from tabfab.boards.catalog import BOARDS
from tabfab.boards.flows.catalog import FLOWS
from tabfab.boards.link.gateware.counters import Counters
from tabfab.boards.link.gateware.deframer import Deframer
from tabfab.boards.link.gateware.framer import Framer
from tabfab.boards.link.gateware.inbox import Inbox
from tabfab.boards.link.gateware.link import Link, LinkSettings
from tabfab.boards.link.gateware.outbox import Outbox
from tabfab.boards.link.gateware.player import Player
from tabfab.boards.link.gateware.uart import UartReceiver, UartTransmitter
from tabfab.boards.reset import PowerOnReset
from tabfab.compiler.store.files import scratch_directory
from tabfab.hw.rtl.verilog import VERILOG_FILE, write_component
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.passes import Synthesis, alone_passes
from tabfab.hw.synth.synth import count_cells

_BUILD = 0x5A_17_C0_DE_F0_0D_42
"""Any number of a build: its bits are constants in the report."""


class Alone(wiring.Component):
    """A component with two plain ports, so that it can be the top of a design."""

    def __init__(self, component: wiring.Component) -> None:
        self.component = component
        members = list(component.signature.flatten(component))
        values = [
            (member.flow, Value.cast(value))
            for _, member, value in members
            if not isinstance(value, Const)
        ]
        self.inputs = [value for flow, value in values if flow is Flow.In]
        self.outputs = [value for flow, value in values if flow is Flow.Out]
        super().__init__(
            {"i": In(sum(map(len, self.inputs))), "o": Out(sum(map(len, self.outputs)))}
        )

    def elaborate(self, platform: object) -> Module:
        """The component, its members side by side in the ports."""
        m = Module()
        m.submodules.component = self.component
        for port, values in ((self.i, self.inputs), (self.o, self.outputs)):
            for value in values:
                part, port = port[: len(value)], port[len(value) :]
                m.d.comb += value.eq(part) if values is self.inputs else part.eq(value)
        return m


def components(settings: LinkSettings, mhz: float) -> dict[str, Callable[[], wiring.Component]]:
    """What makes everything but the clock's generator, which is a cell of its own, by name."""
    slots, divisor = settings.slots, settings.divisor
    return {
        "link": lambda: Link(settings),
        "power-on reset": lambda: PowerOnReset(mhz),
        "  receiver": lambda: UartReceiver(divisor),
        "  deframer": Deframer,
        "  inbox": lambda: Inbox(slots),
        "  player": lambda: Player(settings.input_lanes, slots, settings.loadable, settings.tables),
        "  counters": Counters,
        "  outbox": lambda: Outbox(settings.output_lanes),
        "  framer": Framer,
        "  transmitter": lambda: UartTransmitter(divisor),
    }


def main() -> None:
    """Print a table."""
    families = {FLOWS[board.flow].family: board for board in reversed(BOARDS.values())}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--family", choices=families, action="append", help="default: all")
    parser.add_argument("--loadable", action="store_true", help="with a port for tables")
    parser.add_argument("--lanes", type=int, default=1, help="bytes of a beat of the input")
    parser.add_argument("--parts", action="store_true", help="each component too")
    arguments = parser.parse_args()
    for family in arguments.family or families:
        board = families[family]
        settings = LinkSettings(
            input_lanes=arguments.lanes, output_lanes=1, loadable=arguments.loadable,
            build=_BUILD, tables=_BUILD & 0xFFFFFFFF, clock_khz=round(board.mhz * 1000),
            baud=1_000_000, slots=board.slots,
        )  # fmt: skip
        print(f"{family} (slots and clock of {board.name})")
        for name, make in components(settings, board.mhz).items():
            if not name.startswith(" ") or arguments.parts:
                with scratch_directory() as scratch:
                    write_component(Alone(make()), "part", scratch)
                    passes = alone_passes(
                        "part", VERILOG_FILE, Synthesis(family, extra=board.synthesis)
                    )
                    counts = count_cells(passes, scratch, scratch / "yosys.log")
                cells = device_cells(counts)
                print(
                    f"  {name:<16} {cells.luts:6.0f} LUTs {cells.flip_flops:6.0f} flip-flops "
                    f"{cells.block_rams:4.0f} block RAMs", flush=True,
                )  # fmt: skip


if __name__ == "__main__":
    main()

"""Family: everything that is known of the FPGAs of one family."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .cells import Cells

Geometry = tuple[tuple[int, int], ...]
"""(depth, width) of every way to use one memory block."""


@dataclass(frozen=True)
class Prices:
    """Look-up tables per bit of what a `tabfab.hw.logic.demand.Demand` counts.

    Fitted to Yosys' counts of random layers (`bench/cell_prices.py`).
    """

    adders: float
    selects: float
    shifts: float
    comparisons: float
    counters: float
    products: float
    inversions: float = 0.0


LUT4_PRICES = Prices(
    adders=0.9, selects=0.6, shifts=0.98, comparisons=0.5, counters=2.0, products=1.3
)
"""With look-up tables of 4 inputs."""
LUT6_PRICES = Prices(
    adders=0.9, selects=0.35, shifts=0.9, comparisons=0.4, counters=1.4, products=1.1
)
"""With look-up tables of 6 inputs."""


@dataclass(frozen=True)
class CellKind:
    """Cells of one kind.

    Parameters
    ----------
    name: what `tabfab.hw.synth.cell_counts.summarize` calls them; empty where it passes them over.
    pattern: regular expression on the whole name that Yosys gives them.
    each: what one takes of a device.
    """

    name: str
    pattern: str
    each: Cells


@dataclass(frozen=True)
class YosysCommands:
    """How Yosys makes cells of a build.

    Parameters
    ----------
    command: of Yosys; without pads, since a build is a part of a design.
    start: passes in front of it.
    finish: passes that follow it (`tabfab.hw.synth.yosys.OWN_PASSES` or Yosys' own).
    pads: a pass that gives ``{module}`` its pads, where place and route does not by itself.
    """

    command: str
    start: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()
    pads: str | None = None


@dataclass(frozen=True)
class CellModels:
    """What simulates the cells of a netlist.

    Parameters
    ----------
    library: Verilog file in Yosys' share folder.
    own: file of ``sim/cells`` with models of the cells that Yosys knows by their ports alone; None
        where there are none.
    """

    library: str
    own: str | None = None


@dataclass(frozen=True)
class PlaceAndRoute:
    """The open tool that places and routes.

    Parameters
    ----------
    tool: the nextpnr for it: ``nextpnr-ecp5``.
    default: the device to place on where none is named.
    arguments: for all devices, beside each one's own (`Placement`).
    unpinned: for a design whose ports have no pins.
    out_of_context: whether it takes a design without pins; else it needs a harness.
    """

    tool: str
    default: str
    arguments: tuple[str, ...] = ()
    unpinned: tuple[str, ...] = ()
    out_of_context: bool = False


@dataclass(frozen=True)
class Family:
    """What the devices of one family share.

    Parameters
    ----------
    name: as `tabfab synth --family` takes it.
    lut_inputs: of a look-up table.
    joined_luts: LUTs that the slices join into a wider function with multiplexers of their own;
        None where they have none.
    block_ram: every (depth, width) that one block can be read as through one port, another port
        writing it or none.
    dual_port: the same with two independent read ports; empty where a block has only one.
    distributed: (depth, width, LUTs) of the smallest writable memory made of LUTs, its read port
        asynchronous; None where LUTs cannot be written.
    large_ram: (depth, width) of large memories whose contents cannot come with the bitstream; empty
        without any.
    multiplier: widths of a multiplier's operands, both signed; None where `tabfab synth` uses none.
    multiplier_registers: whether `tabfab synth` puts registers around a multiplication into it.
    block_ram_registers: the same of the register behind a block RAM.
    loose_flip_flops: share of flip-flops that take a logic cell of their own, since no look-up
        table feeds them alone; None where slices have room for both.
    prices: what a bit of logic takes.
    cells: every cell that counts, by the names that Yosys gives them.
    yosys: how they are made.
    models: of these cells, for simulation; None where netlists cannot be simulated.
    place_and_route: None where no open tool does it.
    demo: whether `tabfab demo` counts cells for it.
    """

    name: str
    lut_inputs: int
    joined_luts: int | None
    block_ram: Geometry
    dual_port: Geometry
    distributed: tuple[int, int, int] | None
    large_ram: Geometry
    multiplier: tuple[int, int] | None
    multiplier_registers: bool
    block_ram_registers: bool
    loose_flip_flops: float | None
    prices: Prices
    cells: tuple[CellKind, ...]
    yosys: YosysCommands
    models: CellModels | None
    place_and_route: PlaceAndRoute | None
    demo: bool = False

    def blocks(self, depth: int, width: int, ports: int = 1) -> int:
        """Fewest blocks that hold a memory of `depth` words of `width` bits.

        Parameters
        ----------
        depth, width: of the memory.
        ports: words read per clock, 1 or 2. A second port that blocks do not have costs a copy.
        """
        if ports == 1:
            return _fewest(self.block_ram, depth, width)
        if self.dual_port:
            return _fewest(self.dual_port, depth, width)
        return ports * _fewest(self.block_ram, depth, width)

    def placed(self, cells: Cells) -> Cells:
        """The same with the logic cells that they take, where the family has such."""
        if self.loose_flip_flops is None:
            return cells
        taken = cells.luts + self.loose_flip_flops * cells.flip_flops
        return replace(cells, logic_cells=taken)

    @property
    def block_bits(self) -> int:
        """Bits of one block, parity bits included."""
        return max(depth * width for depth, width in self.block_ram)


def _fewest(geometry: Geometry, depth: int, width: int) -> int:
    return min(-(-depth // rows) * -(-width // bits) for rows, bits in geometry)

"""Registers inside of ECP5's block RAMs and multipliers, put to use after synthesis.

A block RAM of this family takes 5.7 ns to answer (speed grade 6); with its output register, a
clock later, 0.6 ns. A multiplier has such a register too, and others for both factors, without
which these must arrive 3.5 ns before the clock. Yosys does not use them: it leaves a flip-flop
behind or in front of every bit. Here, where every bit of a read port or product goes to such a
flip-flop and nowhere else, the flip-flops become the register of the block RAM or multiplier; so do
those that nothing reads but factors, in each multiplier that reads them. What the netlist does, and
on which clock, stays the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

Bit = int | str
"""A net's number, or a constant: ``0``, ``1`` or ``x``."""

_RAM = "DP16KD"
_MULTIPLIER = "MULT18X18D"
_FLIP_FLOP = "TRELLIS_FF"
_FACTOR = re.compile(r"[AB]\d+")
_PRODUCT = re.compile(r"P\d+")
_WIDE = 36
"""Words of this many bits are written through port A, and leave through the outputs of both ports
on the clock of port B."""


def absorb_registers(netlist: dict[str, Any]) -> None:
    """Move flip-flops behind block RAMs and around multipliers into them.

    Parameters
    ----------
    netlist: of ECP5 cells, in the format of Yosys' `write_json`; it is changed.
    """
    for module in netlist["modules"].values():
        if any(cell["type"] in (_RAM, _MULTIPLIER) for cell in module["cells"].values()):
            _absorb(module)


def _absorb(module: dict[str, Any]) -> None:
    cells = module["cells"]
    readers = _readers(module)
    gone: set[Bit] = set()
    for ram in [cell for cell in cells.values() if cell["type"] == _RAM]:
        for port, outputs in _read_ports(ram):
            if not _ready(ram, port):
                continue
            clock = ram["connections"][f"CLK{port}"]
            if _take_registers(cells, ram, f"DO[{outputs}]", clock, readers, gone):
                for side in outputs:
                    ram["parameters"][f"REGMODE_{side}"] = "OUTREG"
                    ram["connections"][f"OCE{side}"] = ["1"]
    for multiplier in [cell for cell in cells.values() if cell["type"] == _MULTIPLIER]:
        clock = _clock_behind(cells, multiplier, readers)
        if _take_registers(cells, multiplier, "P", clock, readers, gone):
            _use_register(multiplier, "OUTPUT", clock)
    _absorb_factors(module, gone)
    nets = module["netnames"]
    for name in [name for name, net in nets.items() if gone.intersection(net["bits"])]:
        del nets[name]


def _use_register(multiplier: dict[str, Any], which: str, clock: list[Bit]) -> None:
    """Put a register of a multiplier, ``OUTPUT``, ``INPUTA`` or ``INPUTB``, on a clock."""
    for name, bit in (("CLK", clock), ("CE", ["1"]), ("RST", ["0"])):
        multiplier["parameters"][f"REG_{which}_{name}"] = f"{name}0"
        multiplier["connections"][f"{name}0"] = bit
        multiplier["port_directions"][f"{name}0"] = "input"


def _absorb_factors(module: dict[str, Any], gone: set[Bit]) -> None:
    """Let factors' registers be what the flip-flops in front of multipliers were.

    Of both factors or none: nextpnr takes a multiplier with one of them for one without. A
    flip-flop that several multipliers read goes into each.
    """
    cells, readers = module["cells"], _readers(module)
    drivers = {
        cell["connections"]["Q"][0]: name
        for name, cell in cells.items()
        if cell["type"] == _FLIP_FLOP
    }
    able = {
        name: found
        for name, cell in cells.items()
        if cell["type"] == _MULTIPLIER
        and "REG_OUTPUT_CLK" in cell["parameters"]
        and (found := _factor_registers(cells, cell, drivers)) is not None
    }
    while True:
        stuck = [
            name
            for name, found in able.items()
            for register in found
            if any(
                reader not in able or not _FACTOR.fullmatch(port)
                for reader, port in readers[cells[register]["connections"]["Q"][0]]
            )
        ]
        if not stuck:
            break
        for name in set(stuck):
            del able[name]
    taken = {register for found in able.values() for register in found}
    for name in able:
        multiplier = cells[name]
        for port, bits in multiplier["connections"].items():
            if _FACTOR.fullmatch(port) and bits[0] in drivers:
                multiplier["connections"][port] = cells[drivers[bits[0]]]["connections"]["DI"]
        for which in ("INPUTA", "INPUTB"):
            _use_register(multiplier, which, multiplier["connections"]["CLK0"])
    for register in taken:
        gone.add(cells[register]["connections"]["Q"][0])
    for register in taken:
        del cells[register]


def _factor_registers(
    cells: Mapping[str, Any], multiplier: Mapping[str, Any], drivers: Mapping[Bit, str]
) -> set[str] | None:
    """Flip-flops that a multiplier's factors come from; None where some bit comes from elsewhere.

    A constant bit comes a clock later out of a register, after power-up. Since flip-flops start at
    zero, nobody sees it as long as one factor's constants are zero.
    """
    found, ones = set(), set()
    for port, (bit,) in multiplier["connections"].items():
        if not _FACTOR.fullmatch(port):
            continue
        if bit == "1":
            ones.add(port[0])
        elif bit not in ("0", "x"):
            name = drivers.get(bit)
            if name is None or not _plain(cells[name], multiplier["connections"]["CLK0"]):
                return None
            found.add(name)
    return found if found and len(ones) < 2 else None


def _read_ports(ram: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Ports of a block RAM that read, each with the ports whose outputs its words leave through."""
    widths = [int(ram["parameters"][f"DATA_WIDTH_{side}"], 2) for side in "AB"]
    if widths == [_WIDE, _WIDE]:
        return [("B", "AB")]
    return [] if _WIDE in widths else [("A", "A"), ("B", "B")]


def _take_registers(
    cells: dict[str, Any],
    cell: dict[str, Any],
    names: str,
    clock: list[Bit],
    readers: Mapping[Bit, list[tuple[str, str]]],
    gone: set[Bit],
) -> bool:
    """Let a cell's outputs, by the start of their names, be what the flip-flops behind them were.

    Returns
    -------
    False where one of these must stay, and so all do.
    """
    outputs = [name for name in cell["connections"] if re.fullmatch(rf"{names}\d+", name)]
    bits = [(name, cell["connections"][name][0]) for name in outputs]
    used = [(name, bit) for name, bit in bits if readers[bit]]
    found = (_register(cells, readers[bit], clock) for _, bit in used)
    registers = [register for register in found if register is not None]
    if not used or len(registers) < len(used):
        return False
    for (name, bit), register in zip(used, registers, strict=True):
        cell["connections"][name] = cells.pop(register)["connections"]["Q"]
        gone.add(bit)
    return True


def _clock_behind(
    cells: Mapping[str, Any],
    multiplier: Mapping[str, Any],
    readers: Mapping[Bit, list[tuple[str, str]]],
) -> list[Bit]:
    """The clock of a flip-flop behind a product; none where there is no such.

    Not behind its lowest bit alone, which nobody reads where a shift follows.
    """
    for port, (bit,) in multiplier["connections"].items():
        if not _PRODUCT.fullmatch(port):
            continue
        for reader, _ in readers[bit]:
            if reader in cells and cells[reader]["type"] == _FLIP_FLOP:
                clock: list[Bit] = cells[reader]["connections"]["CLK"]
                return clock
    return []


def _readers(module: Mapping[str, Any]) -> defaultdict[Bit, list[tuple[str, str]]]:
    """The (cell, port) that each net goes to; for the module's outputs without a cell."""
    found: defaultdict[Bit, list[tuple[str, str]]] = defaultdict(list)
    for port, bit in _bits(module["ports"], "output"):
        found[bit].append(("", port))
    for name, cell in module["cells"].items():
        directions = cell["port_directions"]
        for port, bits in cell["connections"].items():
            if directions[port] != "output":
                for bit in bits:
                    found[bit].append((name, port))
    return found


def _bits(ports: Mapping[str, Any], direction: str) -> Iterator[tuple[str, Bit]]:
    for name, port in ports.items():
        if port["direction"] == direction:
            for bit in port["bits"]:
                yield name, bit


def _ready(ram: Mapping[str, Any], port: str) -> bool:
    """Whether a port only reads, on every clock, and its register is still free."""
    parameters, connections = ram["parameters"], ram["connections"]
    return (
        parameters[f"REGMODE_{port}"] == "NOREG"
        and parameters[f"CLK{port}MUX"] == f"CLK{port}"
        and connections[f"CE{port}"] == ["1"]
        and connections[f"WE{port}"] == ["0"]
        and connections[f"RST{port}"] == ["0"]
    )


def _register(
    cells: Mapping[str, Any], readers: list[tuple[str, str]], clock: list[Bit]
) -> str | None:
    """The flip-flop that is a net's only reader, if it does no more than wait a clock."""
    if len(readers) != 1 or readers[0][1] != "DI":
        return None
    name = readers[0][0]
    return name if cells[name]["type"] == _FLIP_FLOP and _plain(cells[name], clock) else None


def _plain(flip_flop: Mapping[str, Any], clock: list[Bit]) -> bool:
    """Whether a flip-flop does no more than wait a clock."""
    parameters, connections = flip_flop["parameters"], flip_flop["connections"]
    # Yosys ends a string of digits with a space, to tell it from a number.
    return (
        connections["CLK"] == clock
        and parameters.get("CLKMUX", "CLK") == "CLK"
        and parameters.get("REGSET", "RESET") == "RESET"
        and (parameters.get("CEMUX", "1").strip() == "1" or connections.get("CE") == ["1"])
        and connections.get("LSR", ["0"]) == ["0"]
    )

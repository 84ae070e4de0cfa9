"""ECP5's block RAM output registers, put to use after synthesis.

A block RAM of this family takes 5.7 ns to answer (speed grade 6); with its output register, a
clock later, 0.6 ns. Yosys does not use that register: it leaves a flip-flop behind every bit.
Here, where every bit of a read port goes to such a flip-flop and nowhere else, the flip-flops
become the register of the block RAM. What the netlist does, and on which clock, stays the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

Bit = int | str
"""A net's number, or a constant: ``0``, ``1`` or ``x``."""

_RAM = "DP16KD"
_FLIP_FLOP = "TRELLIS_FF"
_WIDE = 36
"""Words of this many bits leave through both ports at once; these stay as they are."""


def absorb_output_registers(netlist: dict[str, Any]) -> None:
    """Move flip-flops behind block RAMs into them.

    Parameters
    ----------
    netlist: of ECP5 cells, in the format of Yosys' `write_json`; it is changed.
    """
    for module in netlist["modules"].values():
        if any(cell["type"] == _RAM for cell in module["cells"].values()):
            _absorb(module)


def _absorb(module: dict[str, Any]) -> None:
    cells = module["cells"]
    readers = _readers(module)
    gone: set[Bit] = set()
    for ram in [cell for cell in cells.values() if cell["type"] == _RAM]:
        for port in "AB":
            outputs = [name for name in ram["connections"] if name.startswith(f"DO{port}")]
            bits = [(name, ram["connections"][name][0]) for name in outputs]
            used = [(name, bit) for name, bit in bits if readers[bit]]
            if not used or not _ready(ram, port):
                continue
            clock = ram["connections"][f"CLK{port}"]
            registers = [_register(cells, readers[bit], clock) for _, bit in used]
            if None in registers:
                continue
            for (name, bit), register in zip(used, registers, strict=True):
                ram["connections"][name] = cells.pop(register)["connections"]["Q"]
                gone.add(bit)
            ram["parameters"][f"REGMODE_{port}"] = "OUTREG"
            ram["connections"][f"OCE{port}"] = ["1"]
    nets = module["netnames"]
    for name in [name for name, net in nets.items() if gone.intersection(net["bits"])]:
        del nets[name]


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
        and all(int(parameters[f"DATA_WIDTH_{side}"], 2) != _WIDE for side in "AB")
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
    cell = cells[name]
    if cell["type"] != _FLIP_FLOP:
        return None
    parameters, connections = cell["parameters"], cell["connections"]
    # Yosys ends a string of digits with a space, to tell it from a number.
    plain = (
        connections["CLK"] == clock
        and parameters.get("CLKMUX", "CLK") == "CLK"
        and parameters.get("REGSET", "RESET") == "RESET"
        and (parameters.get("CEMUX", "1").strip() == "1" or connections.get("CE") == ["1"])
        and connections.get("LSR", ["0"]) == ["0"]
    )
    return name if plain else None

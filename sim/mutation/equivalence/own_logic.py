"""A module's own logic, for proofs: the modules in it answer anything, but the same to the same.

A fault in a module leaves the modules in it as they are. Where both sides give them the same
inputs on every clock, whatever they answer, they answer the same, undefined values included, so
nothing need be known of them. Memories are most of what a prover would not get through.
"""

from __future__ import annotations

import re

from .verilog_modules import module_text, ports

GIVEN, ANSWERED = "given_inside_", "answered_inside_"
"""Ports of the opened module for what it gives to the modules in it and what they answer."""

_INSTANCE = re.compile(r"^  \\?([^\s(]+) +(\\\S+|\w+) +\(\n((?:    \..*\n)*)  \);\n", re.MULTILINE)
_CONNECTED = re.compile(r"^ +\.", re.MULTILINE)
_CONNECTION = re.compile(r"^    \.(\\\S+ |\w+)\((.+)\),?$", re.MULTILINE)


def open_modules(verilog: str, gold: str, gate: str) -> tuple[str, str] | None:
    """Two modules without the modules in them, whose ports become their own.

    None where not all of those are connected alike and clearly.

    Parameters
    ----------
    verilog: with the modules that are in both.
    gold, gate: texts of the modules alone.
    """
    declared: list[tuple[str, str]] = []
    for instance in list(_INSTANCE.finditer(gold)):
        opened = _opened(verilog, instance[1], instance[3], len(declared))
        if opened is None or gate.count(instance[0]) != 1:
            return None
        added, lines = opened
        declared += added
        gold, gate = gold.replace(instance[0], lines), gate.replace(instance[0], lines)
    if _CONNECTED.search(gold) or _CONNECTED.search(gate):
        return None
    if not declared:
        return gold, gate
    return _with_ports(gold, declared), _with_ports(gate, declared)


def _opened(
    verilog: str, module: str, connections: str, number: int
) -> tuple[list[tuple[str, str]], str] | None:
    """(name, declaration) of the ports in place of an instance, numbered on; their lines."""
    connected: dict[str, str] = dict(_CONNECTION.findall(connections))
    text = module_text(verilog, module)
    found = [(kind, *port) for kind in ("input", "output") for port in ports(text, kind)]
    if {name for _, _, name in found} != set(connected):
        return None
    added: list[tuple[str, str]] = []
    lines = []
    for kind, width, name in found:
        if kind == "input":
            port, direction = f"{GIVEN}{number + len(added)}", "output"
            lines.append(f"  assign {port} = {connected[name]};\n")
        else:
            port, direction = f"{ANSWERED}{number + len(added)}", "input"
            lines.append(f"  assign {connected[name]} = {port};\n")
        added.append((port, f"  {direction} {width}{port};"))
    return added, "".join(lines)


def _with_ports(text: str, declared: list[tuple[str, str]]) -> str:
    head, body = text.split("\n", 1)
    names = ", ".join(name for name, _ in declared)
    lines = [declaration for _, declaration in declared]
    return "\n".join([head.replace("(", f"({names}, ", 1), *lines, body])

"""A build whose names a stranger chose, for tests of pages that show them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tabfab.compiler import program as ir
from tabfab.hw.plan import make_plan
from tabfab.hw.rtl.build import write_build

from .builds import digits_program

NASTY = "<script>document.title='hit'</script>\"'><img src=x onerror=alert(1)>&{{ 7 * 7 }}\u202e"


def renamed(program: ir.Program, names: dict[str, str]) -> ir.Program:
    """`program` with other names of nodes."""
    nodes = tuple(
        dataclasses.replace(
            node,
            name=names.get(node.name, node.name),
            inputs=tuple(names.get(name, name) for name in node.inputs),
        )
        for node in program
    )
    return ir.Program(nodes, (NASTY,) * 10, {"model": {"network": NASTY}})


def nasty_build(directory: Path) -> Path:
    """A build of a network whose layers, classes and own name a stranger chose."""
    plain = digits_program()
    program = renamed(plain, {plain.convs[0].name: NASTY})
    write_build(program, make_plan(program), directory)
    return directory

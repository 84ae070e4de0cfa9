"""Proofs that a mutant cannot be told from the design, for the module that it is in.

The module with the fault stands beside the one without, both with the same inputs, and a signal
tells of a difference between their outputs. It must always be 0
(`tabfab.sim.mutation.equivalence.proven_zero`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..mutant import Mutant
from .no_overflow import OVERFLOW, never_overflows, ready_ignored, tells_overflow
from .own_logic import open_modules
from .products import FACTORS, PRODUCT, connections, free_products
from .proven_zero import proven_zero
from .verilog_modules import blackboxes, cut_out, module_text, ports

_STAGE = 3
"""Parts of a stage's module name: top, network, stage."""


def prove_equivalent(verilog: str, directory: Path, mutant: Mutant) -> bool:
    """Whether the mutant is proven to behave like the design, whatever its surroundings do.

    From configuration on, resets at any clock included, all outputs of the module with the fault
    must be those of the module without it; payloads while they are valid. For a queue whose
    `ready` its owner ignores it is enough that this holds as long as nothing is offered that the
    queue cannot take, and that the owner never does that
    (`tabfab.sim.mutation.equivalence.no_overflow`): up to the first difference it sees the same of
    both, so it does not do it to the one with the fault either. The module is first tried alone,
    with anything in the place of the modules in it (`tabfab.sim.mutation.equivalence.own_logic`)
    and of multiplication (`tabfab.sim.mutation.equivalence.products`): what holds for all of them
    holds for those that are there. Where nothing is proven, the module around it is tried, up to
    the stage. False means that there is no proof, not that the mutant differs.

    Parameters
    ----------
    verilog: of the design, with a black box for each module in it that others bring.
    directory: with the memories that it reads.
    mutant: found in it.

    Raises
    ------
    YosysError: a tool failed.
    """
    module = mutant.module
    mutated = mutant.planted_in(verilog)
    parts = module.split(".")
    shortest = min(_STAGE, len(parts))
    if _prove_alone(verilog, mutated, module, directory):
        return True
    if _prove(verilog, mutated, module, directory):
        return True
    if (
        len(parts) > shortest
        and ready_ignored(verilog, module)
        and _prove(verilog, mutated, module, directory, no_overflow=True)
        and never_overflows(verilog, module, directory)
    ):
        return True
    return any(
        _prove(verilog, mutated, ".".join(parts[:length]), directory)
        for length in range(len(parts) - 1, shortest - 1, -1)
    )


def _prove(
    verilog: str, mutated: str, module: str, directory: Path, no_overflow: bool = False
) -> bool:
    gold, gate = cut_out(verilog, module, "gold"), cut_out(mutated, module, "gate")
    if no_overflow:
        gold = tells_overflow(gold, "gold")
    miter = _miter(module_text(gold, "gold"), no_overflow)
    return proven_zero([gold, gate, *miter, *blackboxes(verilog)], directory)


def _prove_alone(verilog: str, mutated: str, module: str, directory: Path) -> bool:
    """The same whatever the modules in it answer and its products are; False without either."""
    gold, gate = module_text(verilog, module), module_text(mutated, module)
    opened = open_modules(verilog, gold, gate)
    if opened is None:
        return False
    named = cut_out(opened[0], module, "gold"), cut_out(opened[1], module, "gate")
    freed = free_products(*named)
    if freed is None and opened == (gold, gate):
        return False
    gold, gate = freed or named
    return proven_zero([gold, gate, *_miter(gold)], directory)


def _miter(gold: str, no_overflow: bool = False) -> Iterator[str]:
    """A module whose output `differs` tells where the outputs of `gold` and `gate` do.

    Where there is to be no overflow, only until `gold` has told of one.
    """
    free, wires, opened = connections(gold)
    inputs = [port for port in ports(gold, "input") if not port[1].startswith(PRODUCT)]
    outputs = [
        port for port in ports(gold, "output") if not port[1].startswith((OVERFLOW, FACTORS))
    ]
    names = [name for _, name in [*inputs, *free]]
    yield f"module miter({', '.join([*names, 'differs'])});"
    for width, name in [*inputs, *free]:
        yield f"  input {width}{name};"
    yield "  output differs;"
    yield from wires
    for side in ("gold", "gate"):
        connected = [*(f".{name}({name})" for _, name in inputs), *opened[side]]
        for number, (width, name) in enumerate(outputs):
            yield f"  wire {width}{side}_{number};"
            connected.append(f".{name}({side}_{number})")
        if no_overflow and side == "gold":
            connected.append(f".{OVERFLOW}(overflow)")
        yield f"  {side} {side}_module({', '.join(connected)});"
    names = [name.strip().removeprefix("\\") for _, name in outputs]
    differences = []
    for number, name in enumerate(names):
        valid = _valid_of(name, names)
        mask = "" if valid is None else f"gold_{valid} && "
        differences.append(f"({mask}gold_{number} != gate_{number})")
    trusted = "1"
    if no_overflow:
        yield "  wire overflow;"
        yield "  reg trusted = 1'b1;"
        yield "  always @(posedge clk) trusted <= trusted & ~overflow;"
        trusted = "trusted & ~overflow"
    yield f"  assign differs = {trusted} & ({' || '.join(differences)});"
    yield "endmodule"


def _valid_of(name: str, outputs: list[str]) -> int | None:
    """The number of the `valid` that goes with a payload, if it is an output too.

    It is named like the payload, or, where the two were named after different signals, the only
    one.
    """
    stream, payload, _ = name.partition("__payload")
    if not payload:
        return None
    alike = re.compile(rf"{re.escape(stream)}__valid(\$\d+)?")
    for pattern in (alike, re.compile(r".*valid\d*(\$\d+)?")):
        numbers = [number for number, other in enumerate(outputs) if pattern.fullmatch(other)]
        if numbers:
            return numbers[0] if len(numbers) == 1 else None
    return None

"""The harness that hangs a design's ports on a few pins."""

from __future__ import annotations

import re

import numpy as np
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.rtl.top import Top
from tabfab.hw.synth.harness import harness_verilog, pin_constraints

from support.programs import ConvOptions, exact_conv, image_input


def test_every_port_has_bits_of_its_own() -> None:
    rng = np.random.default_rng(0)
    image = image_input(rng, 2, 2, 2)
    program = ir.Program((image, exact_conv(rng, "layer", image, ConvOptions(3))))
    top = Top(assemble(program, {"layer": Folding(2, 3)}))
    verilog = harness_verilog(top)
    found = re.findall(r"\.(\w+)\((driven|seen)\[(\d+) \+: (\d+)\]\)", verilog)
    ports = {name: len(getattr(top, name)) for name in top.signature.members if name != "aclk"}
    assert {name: int(width) for name, _, _, width in found} == ports
    for net in ("driven", "seen"):
        bits = [
            bit
            for _, used, first, width in found
            if used == net
            for bit in range(int(first), int(first) + int(width))
        ]
        assert sorted(bits) == list(range(len(bits)))
        assert f"[{len(bits) - 1}:0] {net}" in verilog


def test_pins_in_gowins_format() -> None:
    lines = pin_constraints(("E2", "7", "A1")).splitlines()
    assert [re.fullmatch(r'IO_LOC "\w+" (\w+);', line)[1] for line in lines] == ["E2", "7", "A1"]  # type: ignore[index]

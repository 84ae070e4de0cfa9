"""The models of block RAM and multiplier cells against Amaranth's own semantics."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from amaranth.back import rtlil
from amaranth.hdl import Cat, Elaboratable, Module, Signal, signed, unsigned
from amaranth.lib import memory
from amaranth.sim import Simulator
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.synth.passes import Synthesis
from tabfab.hw.synth.yosys import run_passes
from tabfab.sim.bench.simulators import environment_of
from tabfab.sim.cells.cell_models import cell_models

CLOCKS = 300
SIZES = [(16, 900), (36, 512), (5, 3000), (72, 512)]
"""(width, depth) of memories: narrow and wide words, and some that need several block RAMs."""


class Memories(Elaboratable):
    """A read-only and a writable block RAM of each size, and multipliers of both signs.

    The first port of those that are only read has one more register; products have one behind
    them, and once in front of them too.
    """

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.contents = [
            [int.from_bytes(rng.bytes(9)) & ((1 << width) - 1) for _ in range(depth)]
            for width, depth in SIZES
        ]
        self.address = Signal(14)
        self.other = Signal(14)
        self.write = Signal(2)
        self.data = Signal(72)
        self.out = Signal(sum(3 * width for width, _ in SIZES) + 4 * 20)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        shown: list[Any] = []
        for (width, depth), contents in zip(SIZES, self.contents, strict=True):
            settings: dict[str, Any] = {"shape": unsigned(width), "depth": depth, "init": contents}
            block = {"ram_style": "block"}
            # A large offset makes most addresses differ; a small range makes some collide.
            first = (self.address * 7)[:14] % depth
            second = (self.address * 7 + self.other)[:14] % depth
            m.submodules[f"rom{width}"] = rom = memory.Memory(**settings, attrs=block)
            ports = [rom.read_port() for _ in range(2)]
            m.d.comb += [ports[0].addr.eq(first), ports[1].addr.eq(second)]
            later = Signal(width, reset_less=True)
            m.d.sync += later.eq(ports[0].data)
            shown += [later, ports[1].data]
            m.submodules[f"ram{width}"] = ram = memory.Memory(**settings, attrs=block)
            reader, writer = ram.read_port(), ram.write_port()
            m.d.comb += [
                reader.addr.eq(first),
                reader.en.eq(self.write[1]),
                writer.addr.eq(second),
                writer.en.eq(self.write[0]),
                writer.data.eq(self.data),
            ]
            shown.append(reader.data)
        for shape in (signed(10), unsigned(10)):
            a, b, product = Signal(shape), Signal(shape), Signal(20, reset_less=True)
            m.d.comb += [a.eq(self.data[:10]), b.eq(self.data[10:20])]
            m.d.sync += product.eq(a * b)
            shown.append(product)
            c, d, late = (Signal.like(signal, reset_less=True) for signal in (a, b, product))
            m.d.sync += [c.eq(a), d.eq(b), late.eq(c * d)]
            shown.append(late)
        m.d.comb += self.out.eq(Cat(shown))
        return m


def stimulus() -> list[tuple[int, int, int, int]]:
    """(address, offset to the other address, write and read enable, data) on each clock."""
    rng = np.random.default_rng(1)
    other = np.where(rng.random(CLOCKS) < 0.5, 0, rng.integers(0, 1 << 14, CLOCKS))
    columns = (rng.integers(0, 40, CLOCKS), other, rng.integers(0, 4, CLOCKS))
    return [
        (*row, int.from_bytes(rng.bytes(9)))
        for row in zip(*(column.tolist() for column in columns), strict=True)
    ]


def expected(top: Memories, rows: list[tuple[int, int, int, int]]) -> list[int]:
    """What `out` shows before each clock edge, by Amaranth's simulator."""
    shown = []

    async def testbench(ctx: Any) -> None:
        for row in rows:
            for signal, value in zip(
                (top.address, top.other, top.write, top.data), row, strict=True
            ):
                ctx.set(signal, value)
            shown.append(ctx.get(top.out))
            await ctx.tick()

    simulator = Simulator(top)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    return shown


def simulate(top: Memories, netlist: str, family: str, work: Path) -> list[str]:
    """What `out` shows in a simulation of the netlist, as hexadecimal."""
    rows = stimulus()
    (work / "stimulus.mem").write_text(
        "\n".join(f"{a << 88 | b << 74 | c << 72 | d:026x}" for a, b, c, d in rows)
    )
    (work / "cells.sv").write_text(cell_models(family, netlist))
    (work / "bench.sv").write_text(f"""\
`timescale 1ns / 1ps
module bench;
  reg clk = 0;
  reg [101:0] rows[0:{CLOCKS - 1}];
  reg [101:0] row = 0;
  wire [{len(top.out) - 1}:0] out;
  top dut (.clk(clk), .rst(1'b0), .address(row[101:88]), .other(row[87:74]), .write(row[73:72]),
      .data(row[71:0]), .out(out));
  integer n;
  initial begin
    $readmemh("stimulus.mem", rows);
    for (n = 0; n < {CLOCKS}; n = n + 1) begin
      row = rows[n];
      #1 $display("out %h", out);
      clk = 1;
      #1 clk = 0;
    end
    $finish;
  end
endmodule
""")
    sources = ["cells.sv", "netlist.v", "bench.sv"]
    if shutil.which("iverilog"):
        build = ["iverilog", "-g2012", "-s", "bench", "-o", "model", *sources]
        run = ["vvp", "-n", "model"]
    else:
        # Delays are coroutines, which g++ has by default from C++20 on only. So few clocks run
        # faster than an optimized model compiles.
        options = ["-Wno-fatal", "-Wno-lint", "-CFLAGS", "-std=gnu++20 -O0"]
        build = ["verilator", "--binary", *options, "--top", "bench", *sources]
        run = ["obj_dir/Vbench"]
    environment = environment_of("icarus" if shutil.which("iverilog") else "verilator")
    for command in (build, run):
        done = subprocess.run(
            command, cwd=work, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return re.findall(r"^out (\w+)$", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("family", "cells"),
    [
        ("ecp5", {"DP16KD", "MULT18X18D"}),
        ("xilinx", {"RAMB18E1", "RAMB36E1", "DSP48E1"}),
    ],
)
@pytest.mark.slow("test_netlist.py simulates cells, of another family")
def test_cells_do_what_amaranth_says(family: str, cells: set[str], tmp_path: Path) -> None:
    top = Memories()
    ports = [top.address, top.other, top.write, top.data, top.out]
    (tmp_path / "top.il").write_text(rtlil.convert(top, ports=ports, emit_src=False))
    absorb = ["absorb_registers"] if family == "ecp5" else []
    passes = ["read_rtlil top.il", f"{Synthesis(family).command} -top top", *absorb]
    run_passes([*passes, "write_verilog netlist.v"], tmp_path, tmp_path / "log")
    netlist = (tmp_path / "netlist.v").read_text()
    assert ("OUTREG" in netlist) == (family == "ecp5")
    for register in ("OUTPUT", "INPUTA", "INPUTB"):
        assert (f"REG_{register}_CLK" in netlist) == (family == "ecp5")
    assert cells <= set(re.findall(r"^  (\w+) (?:#\(|\S+ \()", netlist, re.MULTILINE))
    seen = simulate(top, netlist, family, tmp_path)
    words = [f"{word:0{-(-len(top.out) // 4)}x}" for word in expected(top, stimulus())]
    assert len(seen) == CLOCKS
    assert seen[1:] == words[1:]  # before the first clock, outputs of memories are anything


def test_unknown_family() -> None:
    with pytest.raises(TabfabError, match="ecp5, ice40, xilinx"):
        cell_models("abacus", "")


def test_only_needed_cells_are_modelled() -> None:
    text = cell_models("ecp5", "module top;\n  LUT4 #(.INIT(1)) a (.A(x));\nendmodule\n")
    assert "module LUT4(" in text
    assert "TRELLIS_FF" not in text
    assert "DP16KD" not in text

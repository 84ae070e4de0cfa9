"""Verilog whose registers and writable memories start unknown."""

from __future__ import annotations

from tabfab.sim.bench.uninitialized import uninitialized

WRITTEN = """\
(* generator = "Amaranth" *)
module \\top.ring (clk, data);
  reg [2:0] count = 3'h5;
  reg \\$signal  = 1'h0;
  reg [7:0] memory [3:0];
  initial $readmemb("top-1.mem", memory);
  always @(posedge clk) begin
    if (enable)
      memory[address] <= data;
  end
  assign next = count == 3'h5;
endmodule
"""
LOADABLE = WRITTEN.replace(
    "  reg [7:0] memory",
    '  (* loadable = 32\'d1 *)\n  (* ram_style = "block" *)\n  reg [7:0] memory',
)
ANY = WRITTEN.replace("  reg [7:0] memory", "  (* any_contents = 32'd1 *)\n  reg [40:0] memory")
READ_ONLY = """\
module \\top.rom (clk, data);
  reg [7:0] memory [3:0];
  initial $readmemb("top-2.mem", memory);
  reg [7:0] _0_;
  always @(posedge clk) begin
    _0_ <= memory[address];
  end
endmodule
"""


def test_memories_that_are_loaded_keep_what_the_bitstream_gave_them() -> None:
    text = uninitialized(LOADABLE)
    assert "readmemb" in text
    assert "reg [2:0] count ;" in text


def test_values_of_registers_and_writable_memories_go() -> None:
    text = uninitialized(WRITTEN)
    assert "reg [2:0] count ;" in text
    assert "reg \\$signal ;" in text
    assert "readmemb" not in text
    assert "assign next = count == 3'h5;" in text


def test_memories_that_may_hold_anything_hold_random_bits() -> None:
    text = uninitialized(ANY)
    assert "readmemb" not in text
    assert "row <= 3; row = row + 1) memory[row] = {$random, $random};" in text


def test_each_module_has_its_own_memories() -> None:
    assert uninitialized(READ_ONLY) == READ_ONLY
    assert uninitialized(WRITTEN + READ_ONLY).endswith(READ_ONLY)
    assert uninitialized(WRITTEN + READ_ONLY).count("readmemb") == 1

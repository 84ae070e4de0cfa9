"""Proofs for modules that multiply."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.sim.mutation.equivalence.equivalence import prove_equivalent
from tabfab.sim.mutation.equivalence.products import free_products
from tabfab.sim.mutation.mutant import Mutant

MODULE = "tabfab_top.network.bank"


def bank(bits: int) -> str:
    """Two multipliers for a factor of so many bits, and registers around them."""
    return f"""\
module \\{MODULE} (clk, rst, i__valid, i__payload, weights, o__valid, o__payload);
  input clk;
  input rst;
  input i__valid;
  input [{bits - 1}:0] i__payload;
  input [7:0] weights;
  output o__valid;
  output [23:0] o__payload;
  reg o__valid = 1'h0;
  reg [23:0] o__payload = 24'h000000;
  reg valid0 = 1'h0;
  reg [{bits - 1}:0] x0 = {bits}'h0;
  reg [7:0] w0 = 8'h00;
  wire [{bits - 1}:0] _0_;
  wire [11:0] _1_;
  wire [11:0] _2_;
  wire [23:0] _3_;
  assign _0_ = rst ? {bits}'h0 : i__payload;
  assign _1_ = $signed({{ 1'h0, x0 }}) * $signed(w0[3:0]);
  assign _2_ = $signed({{ 1'h0, x0 }}) * $signed(w0[7:4]);
  assign _3_ = rst ? 24'h000000 : {{ _2_, _1_ }};
  always @(posedge clk) begin
    valid0 <= i__valid & ~rst;
    o__valid <= valid0 & ~rst;
    x0 <= _0_;
    w0 <= weights;
    o__payload <= _3_;
  end
endmodule
"""


def mutant(verilog: str, before: str, after: str) -> Mutant:
    start = verilog.index(before)
    return Mutant("", MODULE, start, start + len(before), before, after, "")


@pytest.mark.parametrize("bits", [2, 12])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'h0 : i__payload", "'h0 | i__payload : i__payload"),  # a factor that nobody takes
        ("rst ? 24'h000000 : { _2_, _1_ }", "{ _2_, _1_ }"),
    ],
)
def test_products_that_nobody_takes_may_differ(
    before: str, after: str, bits: int, tmp_path: Path
) -> None:
    verilog = bank(bits)
    assert prove_equivalent(verilog, tmp_path, mutant(verilog, before, after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'h0 : i__payload", "'h0 : x0"),
        ("x0 <= _0_", "x0 <= x0"),
        ("w0 <= weights", "w0 <= weights ^ 8'h10"),
        ("{ _2_, _1_ }", "{ _1_, _2_ }"),
        ("i__valid & ~rst", "i__valid"),
        ("$signed(w0[3:0])", "$signed(w0[7:4])"),
        ("$signed({ 1'h0, x0 }) * $signed(w0[3:0])", "x0 * w0[3:0]"),
    ],
)
def test_products_that_are_taken_must_be_right(before: str, after: str, tmp_path: Path) -> None:
    verilog = bank(2)
    assert not prove_equivalent(verilog, tmp_path, mutant(verilog, before, after))


def test_a_factor_that_is_taken_needs_its_reset(tmp_path: Path) -> None:
    verilog = bank(2).replace("valid0 <= i__valid & ~rst", "valid0 <= i__valid")
    verilog = verilog.replace("valid0 & ~rst", "valid0")
    fault = mutant(verilog, "'h0 : i__payload", "'h0 | i__payload : i__payload")
    assert not prove_equivalent(verilog, tmp_path, fault)


def test_only_products_that_are_alike_and_clear_are_freed() -> None:
    verilog = bank(8)
    one = free_products(verilog, verilog.replace("$signed(w0[3:0])", "w0[3:0]"))
    assert one is not None
    assert ["free_product_1" in text for text in one] == [False, False]
    assert all("assign _2_ = free_product_0;" in text for text in one)
    assert "* $signed(w0[3:0])" in one[0]
    assert "* w0[3:0]" in one[1]
    unclear = verilog.replace("reg [7:0] x0", "reg signed [7:0] x0")
    assert free_products(unclear, unclear) is None
    unclear = verilog.replace("{ 1'h0, x0 }", "{ 1'h0, x0 & x0 }")
    assert free_products(unclear, unclear) is None

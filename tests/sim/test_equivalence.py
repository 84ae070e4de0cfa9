"""Proofs that a fault changes nothing that anyone can see."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.sim.equivalence import prove_equivalent
from tabfab.sim.mutate import Mutant

VERILOG = """\
module \\tabfab_top.delay (clk, rst, i__valid, i__payload, o__valid, o__payload, far);
  input clk;
  input rst;
  input i__valid;
  input [3:0] i__payload;
  output o__valid;
  output [3:0] o__payload;
  output far;
  reg o__valid = 1'h0;
  reg [3:0] o__payload = 4'h0;
  reg [3:0] count = 4'h0;
  wire [3:0] taken;
  wire [3:0] held;
  assign taken = i__valid ? i__payload : o__payload;
  assign held = rst ? 4'h0 : taken;
  assign far = count == 4'h9;
  always @(posedge clk) begin
    o__valid <= i__valid & ~rst;
    o__payload <= held;
    count <= rst | count > 4'h9 ? 4'h0 : count + 4'h1;
  end
endmodule
"""


def mutant(before: str, after: str) -> Mutant:
    start = VERILOG.index(before)
    return Mutant("", "tabfab_top.delay", start, start + len(before), before, after, "")


@pytest.mark.parametrize(
    ("before", "after", "equivalent"),
    [
        ("rst ? 4'h0 : taken", "taken", True),  # the payload of nothing
        ("count > 4'h9", "count == 4'ha", True),  # it never gets beyond
        ("count > 4'h9", "count > 4'h8", False),
        ("count == 4'h9", "count >= 4'h9", False),
        ("i__valid ? i__payload : o__payload", "i__payload", True),
        ("i__valid & ~rst", "i__valid", False),
        ("4'h1", "4'h3", False),
    ],
)
def test_a_proof_is_found_where_there_is_one(
    before: str, after: str, equivalent: bool, tmp_path: Path
) -> None:
    assert prove_equivalent(VERILOG, tmp_path, mutant(before, after)) is equivalent

"""Proofs that a fault changes nothing that anyone can see."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.sim.mutation.equivalence.equivalence import prove_equivalent
from tabfab.sim.mutation.equivalence.no_overflow import never_overflows, ready_ignored
from tabfab.sim.mutation.mutant import Mutant

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


# A choice that is only defined for what it is used with.
CHOICE = """\
module \\tabfab_top.start (clk, rst, slot, o);
  input clk;
  input rst;
  input slot;
  output [3:0] o;
  wire _1_;
  wire _2_;
  function [3:0] _0_;
    input [3:0] a;
    input [7:0] b;
    input [1:0] s;
    (* full_case = 32'd1 *)
    (* parallel_case *)
    casez (s)
      2'b?1:
        _0_ = b[3:0];
      2'b1?:
        _0_ = b[7:4];
      default:
        _0_ = a;
    endcase
  endfunction
  assign _1_ = slot == 1'h0;
  assign _2_ = slot == 1'h1;
  assign o = _0_(4'hx, 8'h40, { _2_, _1_ });
endmodule
"""


@pytest.mark.parametrize(
    ("after", "equivalent"),
    [
        ("~slot", True),
        ("slot != slot", False),  # it would be right if what is undefined were zero
        ("slot == slot", False),
    ],
)
def test_what_is_undefined_may_be_anything(after: str, equivalent: bool, tmp_path: Path) -> None:
    before = "slot == 1'h0"
    start = CHOICE.index(before)
    fault = Mutant("", "tabfab_top.start", start, start + len(before), before, after, "")
    assert prove_equivalent(CHOICE, tmp_path, fault) is equivalent


# A queue that counts what it holds, behind a gate that has counted it already.
GATED = """\
module \\tabfab_top.network.stage.queue (clk, rst, i__valid, o__valid, o__ready);
  input clk;
  input rst;
  input i__valid;
  input o__ready;
  output o__valid;
  reg [1:0] held = 2'h0;
  reg i__ready = 1'h1;
  assign o__valid = held != 2'h0;
  wire put;
  wire take;
  assign put = i__valid & i__ready;
  assign take = o__valid & o__ready;
  always @(posedge clk) begin
    held <= rst ? 2'h0 : held + put - take;
    i__ready <= rst | (held + put - take != 2'h2);
  end
endmodule
module \\tabfab_top.network.stage (clk, rst, i__valid, i__ready, o__valid, o__ready);
  input clk;
  input rst;
  input i__valid;
  input o__ready;
  output i__ready;
  output o__valid;
  reg [1:0] started = 2'h0;
  reg later = 1'h0;
  wire start;
  wire leave;
  assign i__ready = started < 2'h2;
  assign start = i__valid & i__ready;
  assign leave = o__valid & o__ready;
  always @(posedge clk) begin
    later <= start & ~rst;
    started <= rst ? 2'h0 : started + start - leave;
  end
  \\tabfab_top.network.stage.queue  queue (
    .clk(clk),
    .i__valid(later),
    .o__ready(o__ready),
    .o__valid(o__valid),
    .rst(rst)
  );
endmodule
"""
QUEUE = "tabfab_top.network.stage.queue"


def test_that_the_owner_offers_no_more_than_fits_is_proven(tmp_path: Path) -> None:
    assert ready_ignored(GATED, QUEUE)
    assert not ready_ignored(GATED, "tabfab_top.network.stage")
    assert never_overflows(GATED, QUEUE, tmp_path)
    broken = GATED.replace("started < 2'h2", "started < 2'h3")
    assert not never_overflows(broken, QUEUE, tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "equivalent"),
    [
        ("i__valid & i__ready", "i__valid", True),  # nothing comes where there is no room
        ("take != 2'h2", "take != 2'h3", True),
        ("take != 2'h2", "take != 2'h1", False),
    ],
)
def test_a_queue_is_judged_by_what_its_owner_offers(
    before: str, after: str, equivalent: bool, tmp_path: Path
) -> None:
    start = GATED.index(before)
    fault = Mutant("", QUEUE, start, start + len(before), before, after, "")
    assert prove_equivalent(GATED, tmp_path, fault) is equivalent

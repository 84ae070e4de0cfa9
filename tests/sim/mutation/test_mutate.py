"""Faults planted in Verilog text."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.sim.mutation.live_lines import live_lines
from tabfab.sim.mutation.mutant import Mutant
from tabfab.sim.mutation.mutate import KINDS, find_mutants, plant

VERILOG = """\
module tabfab_top(clk, rst, i__valid, i__ready, x, y);
  input clk, rst, i__valid;
  output i__ready;
  input [3:0] x;
  output [7:0] y;
  wire _0_;
  wire [3:0] _1_;
  wire [3:0] _2_;
  wire [3:0] _3_;
  wire _4_;
  wire _5_;
  reg [3:0] count = 4'h0;
  reg [3:0] idle = 4'h0;
  reg [7:0] memory [3:0];
  initial $readmemb("top-1.mem", memory);
  reg [7:0] _9_;
  assign _5_ = rst;
  assign _0_ = count == 4'h9;
  assign _1_ = count + 4'h1;
  assign _2_ = _0_ ? x : _1_;
  assign _3_ = _5_ ? 4'h0 : _2_;
  assign _4_ = idle < 4'h3;
  assign i__ready = i__valid & _0_;
  always @(posedge clk)
    count <= _3_;
  always @(posedge clk)
    idle <= idle;
  always @(posedge clk) begin
    _9_ <= memory[count[1:0]];
  end
  assign y = _9_;
endmodule
"""


@pytest.fixture
def memories(tmp_path: Path) -> Path:
    (tmp_path / "top-1.mem").write_text("00000001\n00000010\n00000100\n00001000\n")
    return tmp_path


@pytest.fixture
def mutants(memories: Path) -> list[Mutant]:
    return find_mutants(VERILOG, memories, 1000, seed=0)


def told(mutants: list[Mutant], kind: str) -> set[str]:
    return {mutant.after for mutant in mutants if mutant.kind == kind}


def test_every_kind_of_fault(mutants: list[Mutant]) -> None:
    assert told(mutants, "comparison") == {"count != 4'h9"}
    assert told(mutants, "off by one") == {"count == 4'h8", "count + 4'h0"}
    assert told(mutants, "subtract") == {"count - 4'h1"}
    assert told(mutants, "drop carry") == {"count ^ 4'h1"}
    assert told(mutants, "select") == {"_0_ ? _1_ : x"}
    assert told(mutants, "and or") == {"i__valid | _0_"}
    assert told(mutants, "handshake") == {"~(i__valid & _0_)"}
    assert told(mutants, "no reset") == {"_2_"}
    assert told(mutants, "stuck register") == {"count"}
    assert len(told(mutants, "swap rows")) == len(told(mutants, "flip table bit")) == 1
    assert {mutant.kind for mutant in mutants} <= set(KINDS)


def test_logic_that_nothing_reads_gets_no_faults(mutants: list[Mutant], memories: Path) -> None:
    live = live_lines(VERILOG, memories)
    dead = next(n for n, line in enumerate(VERILOG.splitlines(), 1) if "idle < " in line)
    assert dead not in live
    assert not any("idle" in mutant.before for mutant in mutants)


def test_terms_of_a_dyadic_layer_lose_their_sign(memories: Path) -> None:
    verilog = """\
module tabfab_top(a, sign, s);
  input [2:0] a;
  input sign;
  output [3:0] s;
  assign s = { 1'h0, a } ^ { sign, sign, sign, sign };
endmodule
"""
    mutants = find_mutants(verilog, memories, 100, seed=0)
    assert told(mutants, "no inversion") == {"{ 1'h0, a }"}


def test_accumulators_are_shortened(memories: Path) -> None:
    verilog = """\
module \\tabfab_top.accumulator (a, b, s);
  input [3:0] a, b;
  output [3:0] s;
  wire [4:0] _1_;
  assign _1_ = $signed(a) + $signed(b);
  assign s = _1_[3:0];
endmodule
module tabfab_top(a, b, s);
  input [3:0] a, b;
  output [3:0] s;
  \\tabfab_top.accumulator  sum(.a(a), .b(b), .s(s));
endmodule
"""
    mutants = find_mutants(verilog, memories, 100, seed=0)
    assert told(mutants, "shorten accumulator") == {"$signed(3'($signed(a) + $signed(b)))"}


def test_the_choice_is_repeatable_and_takes_kinds_in_turn(memories: Path) -> None:
    one, same, other = (find_mutants(VERILOG, memories, 8, seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other
    assert len({mutant.kind for mutant in one}) == 8


def test_planted_faults_are_chosen_by_number(mutants: list[Mutant]) -> None:
    text = plant(VERILOG, dict(enumerate(mutants, 1)))
    for number in range(1, len(mutants) + 1):
        assert text.count(f"bench.mutant == {number} ?") == 1
    assert plant(VERILOG, {}) == VERILOG
    alone = plant(VERILOG, {7: next(m for m in mutants if m.after == "count != 4'h9")})
    assert "assign _0_ = (bench.mutant == 7 ? (count != 4'h9) : (count == 4'h9));" in alone

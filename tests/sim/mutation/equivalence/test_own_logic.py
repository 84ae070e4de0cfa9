"""Proofs of modules whatever the modules in them do."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.sim.mutation.equivalence.equivalence import prove_equivalent
from tabfab.sim.mutation.equivalence.own_logic import open_modules
from tabfab.sim.mutation.equivalence.verilog_modules import module_text
from tabfab.sim.mutation.mutant import Mutant

MODULE = "tabfab_top.network.stage"
# A counter that addresses a memory, whose first answer after configuration is undefined.
VERILOG = f"""\
module \\{MODULE}.rom  (clk, address, \\data$1 );
  input clk;
  input [1:0] address;
  output [3:0] \\data$1 ;
  reg [3:0] row;
  assign \\data$1  = row;
  always @(posedge clk)
    row <= {{ address, ~address }};
endmodule
module \\{MODULE}  (clk, rst, i__valid, o__valid, o__payload);
  input clk;
  input rst;
  input i__valid;
  output o__valid;
  output [3:0] o__payload;
  reg o__valid = 1'h0;
  reg [3:0] sum = 4'h0;
  reg [1:0] count = 2'h0;
  wire [1:0] following;
  wire [2:0] next;
  wire [3:0] data;
  wire at_end;
  assign next = count + 1'h1;
  assign at_end = count == 2'h2;
  assign following = at_end ? 2'h0 : next[1:0];
  assign o__payload = sum ^ data;
  \\{MODULE}.rom  rom (
    .address(following),
    .clk(clk),
    .\\data$1 (data)
  );
  always @(posedge clk) begin
    count <= rst ? 2'h0 : following;
    o__valid <= i__valid;
    sum <= i__valid ? data : sum;
  end
endmodule
"""


def equivalent(before: str, after: str, directory: Path, verilog: str = VERILOG) -> bool:
    start = verilog.index(before)
    mutant = Mutant("", MODULE, start, start + len(before), before, after, "")
    return prove_equivalent(verilog, directory, mutant)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("count == 2'h2", "count >= 2'h2"),  # it never gets beyond
        ("at_end ? 2'h0 : next[1:0]", "at_end ? 2'h0 : count + 1'h1"),
        ("sum ^ data", "(sum | data) & ~(sum & data)"),
        ("i__valid ? data : sum", "data"),  # the payload of nothing
    ],
)
def test_what_the_modules_in_it_do_need_not_be_known(
    before: str, after: str, tmp_path: Path
) -> None:
    assert equivalent(before, after, tmp_path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("count == 2'h2", "count == 2'h3"),
        ("count + 1'h1", "count - 1'h1"),
        ("rst ? 2'h0 : following", "following"),
        ("sum ^ data", "sum | data"),
        ("i__valid ? data : sum", "sum"),
        # What the memory is given differs on one clock alone, that after configuration.
        ("at_end ? 2'h0 : next[1:0]", "at_end ? 2'h0 : next[1:0] ^ (sum == 4'h0 && i__valid)"),
    ],
)
def test_what_they_are_given_must_be_the_same(before: str, after: str, tmp_path: Path) -> None:
    assert not equivalent(before, after, tmp_path)


def test_a_fault_in_a_module_within_is_seen(tmp_path: Path) -> None:
    """Only the modules in the faulty one are alike on both sides."""
    before, after = "{ address, ~address }", "{ address, address }"
    start = VERILOG.index(before)
    mutant = Mutant("", f"{MODULE}.rom", start, start + len(before), before, after, "")
    assert not prove_equivalent(VERILOG, tmp_path, mutant)


def test_modules_within_become_ports() -> None:
    text = module_text(VERILOG, MODULE)
    opened = open_modules(VERILOG, text, text.replace("2'h2", "2'h3"))
    assert opened is not None
    for opened_text in opened:
        assert f"{MODULE}.rom" not in opened_text
        assert "  output [1:0] given_inside_1;\n" in opened_text
        assert "  assign given_inside_1 = following;\n" in opened_text
        assert "  input [3:0] answered_inside_2;\n" in opened_text
        assert "  assign data = answered_inside_2;\n" in opened_text
    alone = module_text(VERILOG, f"{MODULE}.rom")
    assert open_modules(VERILOG, alone, alone) == (alone, alone)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (".address(following)", ".address(count)"),  # not connected alike
        ("  input [1:0] address;\n", "  input [-1:0] address;\n"),  # a port that is unclear
        ("rom (\n", "rom #(1) (\n"),
    ],
)
def test_what_is_unclear_is_not_opened(before: str, after: str) -> None:
    changed = VERILOG.replace(before, after)
    assert changed != VERILOG
    gold, gate = module_text(VERILOG, MODULE), module_text(changed, MODULE)
    assert open_modules(changed, gold if gold != gate else gate, gate) is None

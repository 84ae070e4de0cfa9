"""Choices by bits of which at most one should be 1."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.sim.mutation.equivalence.proven_zero import proven_zero
from tabfab.sim.mutation.parallel_cases import cases_as_gates

CHOICE = """\
module NAME (bits, values, o);
  input [2:0] bits;
  input [11:0] values;
  output [3:0] o;
  function [3:0] _7_;
    input [3:0] a;
    input [11:0] b;
    input [2:0] s;
    (* parallel_case *)
    casez (s)
      3'b??1:
        _7_ = b[3:0];
      3'b?1?:
        _7_ = b[7:4];
      3'b1??:
        _7_ = b[11:8];
      default:
        _7_ = a;
    endcase
  endfunction
  assign o = _7_(4'h5, values, bits);
endmodule
"""
MITER = """\
module miter (bits, values, differs);
  input [2:0] bits;
  input [11:0] values;
  output differs;
  wire [3:0] one, other;
  gold gold (.bits(bits), .values(values), .o(one));
  gate gate (.bits(bits), .values(values), .o(other));
  assign differs = TRUSTED && one != other;
endmodule
"""
ONE_AT_MOST = "(bits & (bits - 3'h1)) == 3'h0"


def same(gold: str, gate: str, directory: Path, trusted: str = "1") -> bool:
    sources = [gold.replace("NAME", "gold"), gate.replace("NAME", "gate")]
    return proven_zero([*sources, MITER.replace("TRUSTED", trusted)], directory)


def test_choices_are_what_synthesis_makes_of_them(tmp_path: Path) -> None:
    gates = cases_as_gates(CHOICE)
    assert "casez" not in gates
    assert same(CHOICE, gates, tmp_path)


def test_the_first_of_several_bits_is_not_chosen(tmp_path: Path) -> None:
    first_wins = CHOICE.replace("    (* parallel_case *)\n", "")
    gates = cases_as_gates(CHOICE)
    assert not same(first_wins, gates, tmp_path)
    assert same(first_wins, gates, tmp_path, ONE_AT_MOST)


def test_every_choice_has_the_known_form() -> None:
    with pytest.raises(ValueError, match="not of the form"):
        cases_as_gates(CHOICE.replace("3'b?1?:", "3'b?11:"))

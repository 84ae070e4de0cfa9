from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tabfab.hw.synth.output_registers import _ready
from tabfab.hw.synth.yosys import run_passes

MEMORY = """\
module top(input clk, input rst, input en, input [9:0] address, output reg [17:0] q,
           output [17:0] other);
  (* ram_style = "block" *) reg [17:0] memory[0:1023];
  integer n;
  initial for (n = 0; n < 1024; n = n + 1) memory[n] = n * 7919;
  reg [17:0] answer;
  always @(posedge clk) answer <= memory[address];
  always @(posedge clk) {behind};
  assign other = {other};
endmodule
"""


def cells(
    behind: str, other: str, directory: Path, module: str = MEMORY
) -> list[dict[str, object]]:
    """The cells of a memory or multiplier with a register behind it."""
    source = module.replace("{behind}", behind).replace("{other}", other)
    (directory / "top.v").write_text(source)
    passes = ["read_verilog top.v", "synth_ecp5 -top top", "absorb_output_registers"]
    run_passes([*passes, "write_json top.json"], directory, directory / "log")
    netlist = json.loads((directory / "top.json").read_text())
    return list(netlist["modules"]["top"]["cells"].values())


def test_a_register_goes_into_the_block_ram(tmp_path: Path) -> None:
    (ram,) = cells("q <= answer", "0", tmp_path)
    assert ram["type"] == "DP16KD"
    modes = {ram["parameters"][f"REGMODE_{port}"] for port in "AB"}  # type: ignore[index]
    assert modes == {"OUTREG", "NOREG"}


def test_a_register_goes_behind_both_halves_of_a_wide_word(tmp_path: Path) -> None:
    wide = MEMORY.replace("[9:0]", "[8:0]").replace("1023", "511").replace("1024", "512")
    (ram,) = cells("q <= answer", "0", tmp_path, wide.replace("17:0", "35:0"))
    assert int(ram["parameters"]["DATA_WIDTH_B"], 2) == 36  # type: ignore[index]
    modes = {ram["parameters"][f"REGMODE_{port}"] for port in "AB"}  # type: ignore[index]
    assert modes == {"OUTREG"}


@pytest.mark.parametrize(
    ("behind", "other"),
    [
        ("q <= answer", "answer"),  # which is wanted a clock earlier too
        ("q <= rst ? 0 : answer", "0"),
        ("if (en) q <= answer", "0"),
        ("q <= answer + 1", "0"),
        ("q <= {answer[16:0], answer[17] ^ en}", "0"),  # one bit is not just kept
    ],
)
def test_others_stay(behind: str, other: str, tmp_path: Path) -> None:
    found = cells(behind, other, tmp_path)
    assert sum(cell["type"] == "TRELLIS_FF" for cell in found) == 18
    (ram,) = [cell for cell in found if cell["type"] == "DP16KD"]
    assert "OUTREG" not in ram["parameters"].values()  # type: ignore[attr-defined]


PRODUCT = """\
module top(input clk, input rst, input en, input signed [7:0] a, input signed [7:0] b,
           output reg signed [15:0] q, output [15:0] other);
  wire signed [15:0] answer = a * b;
  always @(posedge clk) {behind};
  assign other = {other};
endmodule
"""


def test_a_register_goes_into_the_multiplier(tmp_path: Path) -> None:
    (multiplier,) = cells("q <= answer", "0", tmp_path, PRODUCT)
    assert multiplier["type"] == "MULT18X18D"
    assert multiplier["parameters"]["REG_OUTPUT_CLK"] == "CLK0"  # type: ignore[index]


@pytest.mark.parametrize(
    ("behind", "other"),
    [
        ("q <= answer", "answer"),
        ("q <= rst ? 0 : answer", "0"),
        ("if (en) q <= answer", "0"),
        ("q <= {answer[15:1], answer[0] ^ en}", "0"),
        ("q <= {answer[15] ^ en, answer[14:0]}", "0"),
    ],
)
def test_other_products_stay(behind: str, other: str, tmp_path: Path) -> None:
    found = cells(behind, other, tmp_path, PRODUCT)
    assert sum(cell["type"] == "TRELLIS_FF" for cell in found) == 16
    (multiplier,) = [cell for cell in found if cell["type"] == "MULT18X18D"]
    assert "REG_OUTPUT_CLK" not in multiplier["parameters"]  # type: ignore[operator]


def test_a_product_that_goes_nowhere_near_a_register(tmp_path: Path) -> None:
    found = cells("q <= 0", "answer", tmp_path, PRODUCT)
    assert "MULT18X18D" in {cell["type"] for cell in found}


def reading_port() -> dict[str, dict[str, Any]]:
    """A block RAM whose port A does nothing but read, on every clock."""
    return {
        "parameters": {"REGMODE_A": "NOREG", "CLKAMUX": "CLKA"},
        "connections": {"CEA": ["1"], "WEA": ["0"], "RSTA": ["0"]},
    }


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("parameters", "REGMODE_A", "OUTREG"),  # taken already
        ("parameters", "CLKAMUX", "INV"),
        ("connections", "CEA", [7]),
        ("connections", "WEA", [7]),  # it writes at times
        ("connections", "RSTA", [7]),
    ],
)
def test_only_a_port_that_always_reads_takes_a_register(part: str, name: str, value: Any) -> None:
    ram = reading_port()
    assert _ready(ram, "A")
    ram[part][name] = value
    assert not _ready(ram, "A")

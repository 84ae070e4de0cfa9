from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tabfab.hw.synth.cell_registers import _ready
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


PRODUCT = """\
module top(input clk, input rst, input en, input signed [7:0] a, input signed [7:0] b,
           output reg signed [15:0] q, output [15:0] other);
  wire signed [15:0] answer = a * b;
  always @(posedge clk) {behind};
  assign other = {other};
endmodule
"""

FACTORS = """\
module top(input clk, input rst, input en, input signed [7:0] a, input signed [7:0] b,
           output reg signed [15:0] q, output reg [15:0] other);
  reg signed [7:0] c, d;
  always @(posedge clk) begin
    {behind};
    q <= c * d;
    other <= {other};
  end
endmodule
"""

WIDE = (
    MEMORY.replace("[9:0]", "[8:0]")
    .replace("1023", "511")
    .replace("1024", "512")
    .replace("17:0", "35:0")
)

ABSORBED = "q <= answer", "0"
"""What is done with an answer, and what else is: a register alone."""

HIGH = "q <= {8'd0, answer[15:8]}", "0"
"""The same where nobody reads the lowest bits."""

STAY = [
    ("q <= answer", "answer"),  # which is wanted a clock earlier too
    ("q <= rst ? 0 : answer", "0"),
    ("if (en) q <= answer", "0"),
    ("q <= answer + 1", "0"),
    ("q <= {answer[16:0], answer[17] ^ en}", "0"),  # one bit is not just kept
]

PRODUCTS_STAY = [
    ("q <= answer", "answer"),
    ("q <= rst ? 0 : answer", "0"),
    ("if (en) q <= answer", "0"),
    ("q <= {answer[15:1], answer[0] ^ en}", "0"),
    ("q <= {answer[15] ^ en, answer[14:0]}", "0"),
]

REGISTERS = "c <= a; d <= b"
FACTORS_STAY = [
    (REGISTERS, "c"),  # which is wanted elsewhere too
    ("c <= rst ? 0 : a; d <= b", "0"),
    ("c <= a; if (en) d <= b", "0"),
    ("c <= a; d = b", "0"),  # one factor alone
    ("c <= {a[7:1], 1'b1}; d <= {b[7:1], 1'b1}", "0"),  # at first, 1 by 1
]

DESIGNS = [
    (MEMORY, *ABSORBED),
    (WIDE, *ABSORBED),
    *((MEMORY, *others) for others in STAY),
    (PRODUCT, *ABSORBED),
    (PRODUCT, *HIGH),
    *((PRODUCT, *others) for others in PRODUCTS_STAY),
    (PRODUCT, "q <= 0", "answer"),
    (FACTORS, REGISTERS, "0"),
    (FACTORS, REGISTERS, "c * a"),
    (FACTORS, "c <= a; d <= {b[7:1], 1'b1}", "0"),
    *((FACTORS, *others) for others in FACTORS_STAY),
]
"""A memory or multiplier, what is done with its answer, and what else is."""

Cells = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    """The cells of one of `DESIGNS`, which Yosys maps in one run, each apart from the others."""
    directory = tmp_path_factory.mktemp("designs")
    source, ports, instances = [], [], []
    for n, (module, behind, other) in enumerate(DESIGNS):
        text = module.replace("{behind}", behind).replace("{other}", other)
        source.append("(* keep_hierarchy *) " + text.replace("module top(", f"module design{n}("))
        multiplier = module in (PRODUCT, FACTORS)
        inputs = "a, b" if multiplier else "address"
        width = 36 if module is WIDE else 16 if multiplier else 18
        ports += [f"output [{width - 1}:0] q{n}", f"output [{width - 1}:0] other{n}"]
        wires = ", ".join(f".{name}({name})" for name in ["clk", "rst", "en", *inputs.split(", ")])
        instances.append(f"  design{n} d{n}({wires}, .q(q{n}), .other(other{n}));")
    inputs = "input clk, input rst, input en, input [7:0] a, input [7:0] b, input [9:0] address"
    top = [f"module top({inputs}, {', '.join(ports)});", *instances, "endmodule"]
    (directory / "top.v").write_text("\n".join([*source, *top]))
    passes = ["read_verilog top.v", "synth_ecp5 -top top", "absorb_registers"]
    run_passes([*passes, "write_json top.json"], directory, directory / "log")
    modules = json.loads((directory / "top.json").read_text())["modules"]

    def of(behind: str, other: str, module: str = MEMORY) -> list[dict[str, Any]]:
        found = modules[f"design{DESIGNS.index((module, behind, other))}"]
        return list(found["cells"].values())

    return of


def test_a_register_goes_into_the_block_ram(cells: Cells) -> None:
    (ram,) = cells(*ABSORBED)
    assert ram["type"] == "DP16KD"
    modes = {ram["parameters"][f"REGMODE_{port}"] for port in "AB"}
    assert modes == {"OUTREG", "NOREG"}


def test_a_register_goes_behind_both_halves_of_a_wide_word(cells: Cells) -> None:
    (ram,) = cells(*ABSORBED, WIDE)
    assert int(ram["parameters"]["DATA_WIDTH_B"], 2) == 36
    modes = {ram["parameters"][f"REGMODE_{port}"] for port in "AB"}
    assert modes == {"OUTREG"}


@pytest.mark.parametrize(("behind", "other"), STAY)
def test_others_stay(behind: str, other: str, cells: Cells) -> None:
    found = cells(behind, other)
    assert sum(cell["type"] == "TRELLIS_FF" for cell in found) == 18
    (ram,) = [cell for cell in found if cell["type"] == "DP16KD"]
    assert "OUTREG" not in ram["parameters"].values()


@pytest.mark.parametrize(("behind", "other"), [ABSORBED, HIGH])
def test_a_register_goes_into_the_multiplier(behind: str, other: str, cells: Cells) -> None:
    (multiplier,) = cells(behind, other, PRODUCT)
    assert multiplier["type"] == "MULT18X18D"
    assert multiplier["parameters"]["REG_OUTPUT_CLK"] == "CLK0"


@pytest.mark.parametrize(("behind", "other"), PRODUCTS_STAY)
def test_other_products_stay(behind: str, other: str, cells: Cells) -> None:
    found = cells(behind, other, PRODUCT)
    assert sum(cell["type"] == "TRELLIS_FF" for cell in found) == 16
    (multiplier,) = [cell for cell in found if cell["type"] == "MULT18X18D"]
    assert "REG_OUTPUT_CLK" not in multiplier["parameters"]


def test_a_product_that_goes_nowhere_near_a_register(cells: Cells) -> None:
    found = cells("q <= 0", "answer", PRODUCT)
    assert "MULT18X18D" in {cell["type"] for cell in found}


@pytest.mark.parametrize("behind", [REGISTERS, "c <= a; d <= {b[7:1], 1'b1}"])
def test_registers_go_in_front_of_the_product(behind: str, cells: Cells) -> None:
    (multiplier,) = cells(behind, "0", FACTORS)
    assert multiplier["type"] == "MULT18X18D"
    for which in ("INPUTA", "INPUTB", "OUTPUT"):
        assert multiplier["parameters"][f"REG_{which}_CLK"] == "CLK0"


def test_a_register_of_one_product_and_another_without_registers_stays(cells: Cells) -> None:
    found = cells(REGISTERS, "c * a", FACTORS)
    assert sum(cell["type"] == "TRELLIS_FF" for cell in found) == 16
    multipliers = [cell for cell in found if cell["type"] == "MULT18X18D"]
    assert len(multipliers) == 2
    assert not any("REG_INPUTA_CLK" in cell["parameters"] for cell in multipliers)


@pytest.mark.parametrize(("behind", "other"), FACTORS_STAY)
def test_other_factors_stay(behind: str, other: str, cells: Cells) -> None:
    found = cells(behind, other, FACTORS)
    (multiplier,) = [cell for cell in found if cell["type"] == "MULT18X18D"]
    assert not any(name.startswith("REG_INPUT") for name in multiplier["parameters"])
    assert "TRELLIS_FF" in {cell["type"] for cell in found}


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

"""The harness that lets any build be placed and routed on a package with few pins.

nextpnr needs a pin for every port of the top module, and knows out-of-context designs for ECP5
only. Elsewhere the ports hang on two shift registers: one feeds every input from a single pin,
one folds every output into a single pin. All paths of the build then begin and end in flip-flops
on the chip, as in a design around it.
"""

from __future__ import annotations

from amaranth.lib import wiring

from .top import Top
from .verilog import TOP

HARNESS = "tabfab_harness"
"""Name of the harness' module."""

_VERILOG = """\
module {name}(input aclk, input shift_in, output shift_out);
  reg [{inputs}:0] driven;
  reg [{outputs}:0] folded;
  wire [{outputs}:0] seen;
  always @(posedge aclk) begin
    driven <= {{driven, shift_in}};
    folded <= {{folded, 1'b0}} ^ seen;
  end
  assign shift_out = folded[{outputs}];
  {top} build(.aclk(aclk), {ports});
endmodule
"""


def harness_verilog(top: Top) -> str:
    """The harness around `top` in Verilog."""
    counts = {"driven": 0, "seen": 0}
    ports = []
    for name, member in top.signature.members.items():
        if name == "aclk":
            continue
        width = len(getattr(top, name))
        net = "driven" if member.flow is wiring.In else "seen"
        ports.append(f".{name}({net}[{counts[net]} +: {width}])")
        counts[net] += width
    return _VERILOG.format(
        name=HARNESS,
        top=TOP,
        inputs=counts["driven"] - 1,
        outputs=counts["seen"] - 1,
        ports=", ".join(ports),
    )

"""The harness that lets any build be placed and routed on a package with few pins.

nextpnr needs a pin for every port of the top module, and knows out-of-context designs for ECP5
only. Elsewhere the ports hang on two shift registers: one feeds every input from a single pin,
one folds every output into a single pin. All paths of the build then begin and end in flip-flops
on the chip, as in a design around it.
"""

from __future__ import annotations

from amaranth.lib import wiring

from ..rtl.top import Top
from ..rtl.verilog import TOP

HARNESS = "tabfab_harness"
"""Name of the harness' module."""
INSTANCE = "build"
"""Name of the build within it."""
PORTS = ("aclk", "shift_in", "shift_out")
"""The harness' ports: clock, input, output."""

_VERILOG = """\
module {name}(input {clock}, input {enter}, output {leave});
  reg [{inputs}:0] driven;
  reg [{outputs}:0] folded;
  wire [{outputs}:0] seen;
  always @(posedge {clock}) begin
    driven <= {{driven, {enter}}};
    folded <= {{folded, 1'b0}} ^ seen;
  end
  assign {leave} = folded[{outputs}];
  {top} {instance}(.aclk({clock}), {ports});
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
    clock, enter, leave = PORTS
    return _VERILOG.format(
        name=HARNESS,
        top=TOP,
        instance=INSTANCE,
        clock=clock,
        enter=enter,
        leave=leave,
        inputs=counts["driven"] - 1,
        outputs=counts["seen"] - 1,
        ports=", ".join(ports),
    )


def pin_constraints(pins: tuple[str, str, str]) -> str:
    """The harness' ports on pins of a package, in Gowin's format."""
    return "".join(f'IO_LOC "{port}" {pin};\n' for port, pin in zip(PORTS, pins, strict=True))

"""Queues that cannot overflow: nothing is ever offered that they could not take.

A core never waits, so the gate in front of it counts what is under way, and the queue behind it
always has room; nobody looks at the `ready` of that queue. Faults in it that show only when a
full queue is offered more are then no faults.
"""

from __future__ import annotations

import re
from pathlib import Path

from .proven_zero import proven_zero
from .verilog_modules import blackboxes, cut_out, module_text, ports, with_output

OVERFLOW = "offered_unready"
"""An output added to the module: something is offered that cannot be taken."""


def ready_ignored(verilog: str, module: str) -> bool:
    """Whether a module has a stream `i` whose `ready` is a register that nobody outside reads."""
    text = module_text(verilog, module)
    seen = [name for kind in ("input", "output") for _, name in ports(text, kind)]
    register = re.search(r"^  reg i__ready = ", text, re.MULTILINE)
    return register is not None and "i__valid" in seen and "i__ready" not in seen


def tells_overflow(verilog: str, module: str) -> str:
    """The Verilog whose module has the output `OVERFLOW`."""
    text = module_text(verilog, module)
    return verilog.replace(
        text, with_output(text, OVERFLOW, f"  assign {OVERFLOW} = i__valid & ~i__ready;")
    )


def never_overflows(verilog: str, module: str, directory: Path) -> bool:
    """Whether the module around `module` is proven never to offer what could not be taken.

    Parameters
    ----------
    verilog: of the design, without a fault.
    module: whose `ready` is ignored.
    directory: with the memories that it reads.

    Raises
    ------
    YosysError: a tool failed.
    """
    owner, _, part = module.rpartition(".")
    sources = tells_overflow(cut_out(verilog, owner, "gold"), f"gold.{part}")
    text = module_text(sources, "gold")
    instance = re.compile(rf"^  \\gold\.{re.escape(part)} +\S+ +\(", re.MULTILINE)
    shown = instance.sub(lambda found: f"{found[0]}.{OVERFLOW}({OVERFLOW}),", text)
    inputs = ports(text, "input")
    connected = [f".{name}({name})" for _, name in inputs]
    miter = [
        f"module miter({', '.join([*(name for _, name in inputs), OVERFLOW])});",
        *(f"  input {width}{name};" for width, name in inputs),
        f"  output {OVERFLOW};",
        f"  gold gold({', '.join([*connected, f'.{OVERFLOW}({OVERFLOW})'])});",
        "endmodule",
    ]
    shown = sources.replace(text, with_output(shown, OVERFLOW))
    return proven_zero([shown, *miter, *blackboxes(verilog)], directory)

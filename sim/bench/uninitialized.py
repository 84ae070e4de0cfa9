"""A build's Verilog without the values that registers and memories start from.

An FPGA's configuration sets every register and every memory. The design must not rely on that:
after a reset it has to work whatever was there before. Without initial values, a simulator with
four states shows what leaks.
"""

from __future__ import annotations

import re

_MODULE = re.compile(r"^module .*?^endmodule", re.MULTILINE | re.DOTALL)
_REGISTER = re.compile(r"^(  reg (?:\[\d+:\d+\] )?\S+) +?= [^;]+;$", re.MULTILINE)
_CONTENTS = re.compile(r'^  initial \$readmem[bh]\("[^"]+", (\S+) ?\);\n', re.MULTILINE)


def uninitialized(verilog: str) -> str:
    """`verilog` with registers and writable memories that start unknown.

    Parameters
    ----------
    verilog: modules as `tabfab.hw.rtl.verilog` writes them; memories that are read-only but for
        loads (`tabfab.hw.logic.load_port`) keep their contents.
    """
    return _MODULE.sub(lambda module: _without_values(module[0]), verilog)


def _without_values(module: str) -> str:
    module = _REGISTER.sub(r"\1 ;", module)
    return _CONTENTS.sub(lambda line: "" if _is_written(module, line[1]) else line[0], module)


def _is_written(module: str, memory: str) -> bool:
    name = re.escape(memory)
    loadable = rf"^  \(\* loadable = .*\n(?:  \(\*.*\n)*  reg \[\d+:\d+\] {name} \["
    if re.search(loadable, module, re.MULTILINE):
        return False
    return re.search(rf"^ +{name}\[.*\] <= ", module, re.MULTILINE) is not None

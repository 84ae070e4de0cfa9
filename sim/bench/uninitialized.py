"""A build's Verilog without the values that registers and memories start from.

An FPGA's configuration sets every register and every memory. The design must not rely on that:
after a reset it has to work whatever was there before. Without initial values, a simulator with
four states shows what leaks.

Memories that are read before they are written, and whose answer is then found not to count
(`tabfab.hw.nodes.methods.haste.bucket_numbers`), hold random bits instead: an unknown address, or a
comparison with an unknown number, has no answer in a simulator, where hardware has one.
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
    return _CONTENTS.sub(lambda line: _without_contents(module, line), module)


def _without_contents(module: str, line: re.Match[str]) -> str:
    """What stands for the line that sets a memory."""
    found = _marked(module, line[1], "any_contents")
    if found is None:
        return "" if _is_written(module, line[1]) else line[0]
    words = ", ".join(["$random"] * (int(found[1]) // 32 + 1))
    return (
        f"  initial begin : any_contents_{line.start()}\n"
        "    integer row;\n"
        f"    for (row = 0; row <= {found[2]}; row = row + 1) {line[1]}[row] = {{{words}}};\n"
        "  end\n"
    )


def _is_written(module: str, memory: str) -> bool:
    if _marked(module, memory, "loadable"):
        return False
    name = re.escape(memory)
    return re.search(rf"^ +{name}\[.*\] <= ", module, re.MULTILINE) is not None


def _marked(module: str, memory: str, mark: str) -> re.Match[str] | None:
    """A memory with tabfab's `mark`: its highest bit and its last row."""
    attributes = rf"^  \(\* {mark} = .*\n(?:  \(\*.*\n)*"
    declared = rf"  reg \[(\d+):0\] {re.escape(memory)} \[(\d+):0\]"
    return re.search(attributes + declared, module, re.MULTILINE)

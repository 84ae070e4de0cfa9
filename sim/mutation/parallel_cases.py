"""Parallel cases as synthesis builds them: ANDs and an OR, whichever value is asked for first.

A choice among values by bits of which at most one is 1 is written as a `casez` with the attribute
`parallel_case`, and synthesis believes it. A simulator takes the first bit that is 1, so it hides
a fault that makes two of them 1: on the device, the OR of both values comes out.
"""

from __future__ import annotations

import re

_CHOICE = re.compile(
    r"^ +\(\* parallel_case \*\)\n +casez \((\w+)\)\n(.*?)^ +endcase\n", re.MULTILINE | re.DOTALL
)
_BRANCH = re.compile(r" +\d+'b(\?*1\?*):\n +(\w+) = (.+);\n")
_DEFAULT = re.compile(r" +default:\n +(\w+) = (.+);\n")


def cases_as_gates(verilog: str) -> str:
    """`verilog` with each choice as the OR of all values whose bit is 1, of the default if none is.

    Parameters
    ----------
    verilog: modules as `tabfab.hw.rtl.verilog` writes them.
    """
    return _CHOICE.sub(lambda choice: _gates(choice[1], choice[2]), verilog)


def _gates(bits: str, branches: str) -> str:
    default = _DEFAULT.search(branches)
    chosen = list(_BRANCH.finditer(branches))
    written = "".join([*(branch[0] for branch in chosen), default[0] if default else ""])
    if default is None or written != branches:
        raise ValueError(f"a choice is not of the form that Yosys writes:\n{branches}")
    result = default[1]
    lines = [f"    {result} = {bits} == 0 ? {default[2]} : 0;"]
    for branch in chosen:
        bit = len(branch[1]) - 1 - branch[1].index("1")
        lines.append(f"    if ({bits}[{bit}]) {result} = {result} | {branch[3]};")
    return "\n".join(["    begin", *lines, "    end", ""])

"""Modules of a build's Verilog, cut out for proofs."""

from __future__ import annotations

import re

_PORT = re.compile(r"^  (input|output) (\[\d+:0\] )?(\\\S+ |\w+);$", re.MULTILINE)
_BLACK_BOX = re.compile(
    r"^\(\*[^\n]*\bblackbox\b[^\n]*\*\)\nmodule .*?^endmodule", re.MULTILINE | re.DOTALL
)


def cut_out(verilog: str, module: str, name: str) -> str:
    """The module and those in it, under another name."""
    wanted = re.compile(
        rf"^module \\?{re.escape(module)}(?:\.\S+)? .*?^endmodule", re.MULTILINE | re.DOTALL
    )
    text = "\n".join(match[0] for match in wanted.finditer(verilog))
    return re.sub(rf"{re.escape(module)}(?=[. (])", name, text)


def blackboxes(verilog: str) -> list[str]:
    """The modules that say no more than what their ports are."""
    return _BLACK_BOX.findall(verilog)


def module_text(verilog: str, module: str) -> str:
    """The one module, without those in it."""
    found = re.search(
        rf"^module \\?{re.escape(module)} .*?^endmodule", verilog, re.MULTILINE | re.DOTALL
    )
    assert found is not None
    return found[0]


def ports(text: str, kind: str) -> list[tuple[str, str]]:
    """(width, name) of a module's ports.

    Parameters
    ----------
    text: of the module alone.
    kind: ``input`` or ``output``.
    """
    return [(width, name) for found, width, name in _PORT.findall(text) if found == kind]


def with_output(text: str, name: str, *lines: str) -> str:
    """The module with another output of one bit, and lines that drive it."""
    head, body = text.split("\n", 1)
    added = [f"  output {name};", *lines]
    return "\n".join([head.replace("(", f"({name}, ", 1), *added, body])

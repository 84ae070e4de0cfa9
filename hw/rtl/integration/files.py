"""What lies beside a build's Verilog: how to use it, and a test that needs no tabfab."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from amaranth.lib import wiring

from ....compiler.program import Argmax, Program
from ...logic.load_port import WORD_BITS
from ...network.network import Network
from ...plan import Plan
from ...stream.streams import StreamFormat
from ..top import LANE_BITS, Top
from ..verilog import TOP, VERILOG_FILE, memory_files
from .vectors import Vectors, memory_lines

TESTBENCH = "testbench"
"""Directory of the testbench and its vectors."""

_TEMPLATES = {
    "README.md": "README.md.jinja",
    "instance.v": "instance.v.jinja",
    "instance.vhd": "instance.vhd.jinja",
    "add_to_vivado.tcl": "add_to_vivado.tcl.jinja",
    "litex_core.py": "litex_core.py.jinja",
    f"{TOP}.core": "fusesoc.core.jinja",
}
"""File of the build -> template."""


@dataclass(frozen=True)
class _Port:
    """A port of the top level, as the templates write it."""

    name: str
    is_input: bool
    bits: int

    @property
    def direction(self) -> str:
        """In Verilog."""
        return "input" if self.is_input else "output"

    @property
    def range(self) -> str:
        """In Verilog."""
        return f"[{self.bits - 1}:0] " if self.is_vector else ""

    @property
    def is_vector(self) -> bool:
        """Whether it is declared with a range."""
        return self.bits > 1

    @property
    def vhdl(self) -> str:
        """Mode and type in VHDL."""
        kind = f"std_logic_vector({self.bits - 1} downto 0)" if self.is_vector else "std_logic"
        return f"{'in ' if self.is_input else 'out'} {kind}"


def write_integration(
    program: Program, plan: Plan, network: Network, directory: Path, vectors: Vectors | None
) -> None:
    """Write a build's README, instantiation templates, FuseSoC core, Tcl for Vivado and testbench.

    Parameters
    ----------
    program, plan, network: what was built.
    directory: of the build, with its Verilog.
    vectors: for the testbench; there is none without them.
    """
    values = _values(program, plan, network, directory, vectors)
    for name, template in _TEMPLATES.items():
        (directory / name).write_text(_render(template, values))
    if vectors is not None:
        testbench = directory / TESTBENCH
        testbench.mkdir()
        (testbench / "testbench.v").write_text(_render("testbench.v.jinja", values))
        images = memory_lines(vectors.images, network.input.format)
        (testbench / "images.mem").write_text(images)
        (testbench / "answers.mem").write_text(memory_lines(vectors.answers, network.output.format))


def _render(template: str, values: dict[str, Any]) -> str:
    text = resources.files(__package__).joinpath(template).read_text()
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(text).render(values)


def _values(
    program: Program, plan: Plan, network: Network, directory: Path, vectors: Vectors | None
) -> dict[str, Any]:
    """What the templates speak of."""
    top = Top(network)
    members = top.signature.members
    ports = [
        _Port(name, member.flow is wiring.In, len(getattr(top, name)))
        for name, member in members.items()
    ]
    images = 0 if vectors is None else len(vectors.images)
    longest = plan.first_answer + images * plan.clocks_per_image
    return {
        "top": TOP,
        "verilog": VERILOG_FILE,
        "memories": sorted(memory_files((directory / VERILOG_FILE).read_text()), key=_by_number),
        "ports": ports,
        "loadable": bool(network.ports),
        "load_bits": WORD_BITS,
        "plan": plan,
        "layers": len(program.convs),
        "input": _Stream(network.input.format, "s_axis"),
        "output": _Stream(network.output.format, "m_axis"),
        "output_node": program.output,
        "is_class_number": isinstance(program.output, Argmax),
        "classes": program.classes,
        "testbench": TESTBENCH,
        "images": images,
        # The testbench pauses half of the time on either side.
        "patience": 8 * longest + 10_000,
    }


def _by_number(name: str) -> tuple[int, str]:
    return len(name), name


@dataclass(frozen=True)
class _Stream:
    """A stream of the top level, as the templates write it."""

    format: StreamFormat
    port: str

    @property
    def bits(self) -> int:
        """Of a beat."""
        return LANE_BITS * self.format.lanes

    @property
    def fill(self) -> int:
        """Bytes that fill up the last beat of a pixel, or of each of its groups."""
        beats = self.format.beats_per_pixel // self.format.groups
        return beats * self.format.lanes - self.format.elements // self.format.groups

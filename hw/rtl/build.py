"""Build directories: a plan, its Verilog and memories, and the program they came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...compiler.program import Program
from ...compiler.program.program_file import load_program, write_program
from ...compiler.store.files import atomic_directory
from ...compiler.store.manifest import ManifestKind, read_manifest, write_manifest
from ..network.network import Network
from ..plan import Plan, build_network
from ..plan.file import check_plan, plan_document, plan_from
from ..plan.fit import PlanError
from .verilog import write_verilog

VERSION = 1
DIRECTORY = ManifestKind("plan.json", "tabfab build", VERSION, "tabfab verilog", PlanError)
_PROGRAM = "program"


@dataclass(frozen=True, eq=False)
class Build:
    """What a build directory holds.

    Parameters
    ----------
    directory: where it is.
    program, plan: what was built.
    """

    directory: Path
    program: Program
    plan: Plan

    @property
    def network(self) -> Network:
        """The hardware, assembled anew."""
        return build_network(self.program, self.plan)


def write_build(
    program: Program,
    plan: Plan,
    directory: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Build:
    """Write plan, Verilog, memories and program, whole or not at all.

    Parameters
    ----------
    program, plan: what to build.
    directory: the directory to make, or an earlier build's to replace.
    progress: called with (steps done, steps in all).

    Raises
    ------
    TabfabError: `directory` cannot be written or replaced.
    """
    tell = progress or (lambda done, total: None)
    with atomic_directory(directory, "build") as temporary:
        tell(0, 3)
        (temporary / _PROGRAM).mkdir()
        write_program(program, temporary / _PROGRAM)
        tell(1, 3)
        network = build_network(program, plan)
        write_verilog(network, temporary)
        tell(2, 3)
        files = sorted(
            str(path.relative_to(temporary)) for path in temporary.rglob("*") if path.is_file()
        )
        streams = [{"name": link.name, **dataclasses.asdict(link.format)} for link in network.links]
        document = {"plan": plan_document(plan), "streams": streams}
        write_manifest(DIRECTORY, temporary, document, files)
        tell(3, 3)
    return Build(directory, program, plan)


def load_build(directory: Path) -> Build:
    """Read a build directory.

    Raises
    ------
    PlanError: a file is missing, damaged or of a newer format.
    ProgramError: the same of its program.
    """
    document = read_manifest(DIRECTORY, directory)
    program = load_program(directory / _PROGRAM)
    try:
        plan = plan_from(document.get("plan"))
    except ValueError as error:
        raise DIRECTORY.refuse(
            f"{directory / DIRECTORY.name} has no valid plan: {error}"
        ) from error
    check_plan(plan, program, str(directory / DIRECTORY.name))
    return Build(directory, program, plan)

"""Build directories: a plan, its Verilog and memories, and the program they came from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from ...compiler.program import Program
from ...compiler.program.program_file import load_program, write_program
from ...compiler.store.files import atomic_directory, check_entries
from ...compiler.store.manifest import ManifestKind, read_manifest, write_manifest
from ...compiler.store.progress import Progress, silent
from ..network.network import Network
from ..plan import Plan, build_network
from ..plan.file import check_plan, plan_document, plan_from
from ..plan.fit import PlanError
from .integration.files import write_integration
from .integration.vectors import Vectors
from .verilog import write_verilog

VERSION = 2
"""The plan is in the format of the same number (`tabfab.hw.plan.file`)."""
DIRECTORY = ManifestKind("plan.json", "tabfab build", VERSION, "tabfab verilog", PlanError)
PROGRAM = "program"
"""Name of the program's directory in a build."""
_STEPS = 3


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
        """The hardware."""
        return build_network(self.program, self.plan)


def write_build(
    program: Program,
    plan: Plan,
    directory: Path,
    progress: Progress = silent,
    vectors: Vectors | None = None,
) -> Build:
    """Write plan, Verilog, memories and program, whole or not at all.

    Parameters
    ----------
    program, plan: what to build.
    directory: the directory to make, or an earlier build's to replace.
    progress: called with (steps done, steps in all, what is under way).
    vectors: images and their answers (`tabfab.sim.models.vectors`), for a testbench that needs no
        tabfab.

    Raises
    ------
    TabfabError: `directory` cannot be written or replaced.
    """
    with atomic_directory(directory, "build") as temporary:
        progress(0, _STEPS, "the program")
        (temporary / PROGRAM).mkdir()
        write_program(program, temporary / PROGRAM)
        progress(1, _STEPS, "Verilog and memories")
        network = build_network(program, plan)
        write_verilog(network, temporary)
        write_integration(program, plan, network, temporary, vectors)
        progress(2, _STEPS, "checksums")
        files = sorted(
            str(path.relative_to(temporary)) for path in temporary.rglob("*") if path.is_file()
        )
        streams = [{"name": link.name, **dataclasses.asdict(link.format)} for link in network.links]
        document = {"plan": plan_document(plan), "streams": streams}
        write_manifest(DIRECTORY, temporary, document, files)
        progress(3, _STEPS, "")
    return Build(directory, program, plan)


def load_build(directory: Path) -> Build:
    """Read a build directory.

    Raises
    ------
    PlanError: a file is missing, damaged or of a newer format.
    ProgramError: the same of its program.
    TabfabError: something in it leads out of it, or is no file.
    """
    document = read_manifest(DIRECTORY, directory)
    check_entries(directory)
    program = load_program(directory / PROGRAM)
    try:
        plan = plan_from(document.get("plan"), document["version"])
    except ValueError as error:
        raise DIRECTORY.refuse(
            f"{directory / DIRECTORY.name} has no valid plan: {error}"
        ) from error
    check_plan(plan, program, str(directory / DIRECTORY.name))
    return Build(directory, program, plan)


def as_build(build: Path | Build) -> Build:
    """A build, read (`load_build`) where its directory is given."""
    return build if isinstance(build, Build) else load_build(build)

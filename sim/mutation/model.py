"""A simulation model of a design with planted faults: Verilator's, with no Python in its loop."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from ..bench.simulators import environment_of
from ..bench.tools import SimulatorError

_MAIN = "mutation_main.cpp"
_ARGUMENTS = (
    "--cc", "--exe", "--build", "-j", "1", "--top-module", "bench", "--Mdir", "model", "-o", "play",
    "-Wno-fatal", "-Wno-lint", "-O3", "--x-assign", "unique", "--x-initial", "unique",
)  # fmt: skip


class MutationModel:
    """The model, compiled once.

    Parameters
    ----------
    sources: Verilog files, the bench (`tabfab.sim.mutation.mutation_bench`) last.
    directory: where it is built.

    Raises
    ------
    SimulatorError: Verilator is not installed or rejects the sources.
    """

    def __init__(self, sources: Sequence[Path], directory: Path) -> None:
        main = directory / _MAIN
        main.write_text(resources.files(__package__).joinpath(_MAIN).read_text())
        command = ["verilator", *_ARGUMENTS, *map(str, sources), str(main)]
        environment = environment_of("verilator")
        done = subprocess.run(
            command, cwd=directory, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            reason = next(
                (line for line in done.stderr.splitlines() if "rror" in line), "no reason"
            )
            raise SimulatorError(f"Verilator did not compile the mutants: {reason.strip()}")
        self._play = directory / "model" / "play"

    def play(
        self,
        mutants: Sequence[int],
        script: Path,
        seed: int,
    ) -> dict[int, int]:
        """Play a script to each mutant.

        Parameters
        ----------
        mutants: their numbers; 0 is the design as it is.
        script: directory with the files of a `tabfab.sim.mutation.script.Script` and the
            design's memories.
        seed: of what registers and memories hold before the reset, at least 1.

        Returns
        -------
        The number of the first wrong stream of each, which
        `tabfab.sim.mutation.mutation_bench.wrong_stream` names.
        """
        found: dict[int, int] = {}
        command = [str(self._play), str(seed), *map(str, mutants)]
        with subprocess.Popen(
            command, cwd=script, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as child:
            assert child.stdout is not None
            for line in child.stdout:
                mutant, wrong = map(int, line.split())
                found[mutant] = wrong
        if child.returncode or len(found) != len(mutants):
            raise SimulatorError(f"the model of the mutants ended with status {child.returncode}")
        return found

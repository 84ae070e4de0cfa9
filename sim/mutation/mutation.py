"""Mutation testing of a build: how many planted faults the bench catches.

The network is emitted with a cut in every stream (`tabfab.sim.mutation.cuts`), so that every
component meets traffic and values of its own. A mutant is caught when any stream differs from the
golden model or the cycle model in a value or a clock. What survives one kind of traffic meets the
next, longer one; what survives them all is tried for a proof that nobody can tell it from the
design.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...compiler.program import Program
from ...compiler.store.errors import TabfabError
from ...compiler.store.progress import Progress
from ...hw.network.network import Network
from ...hw.rtl.build import load_build
from ...hw.rtl.verilog import VERILOG_FILE, write_verilog
from ..bench.uninitialized import uninitialized
from .accumulator_range import holds_all_sums
from .cuts import NOTHING, cut_network
from .equivalence.equivalence import prove_equivalent
from .model import MutationModel
from .mutant import Mutant
from .mutate import find_mutants, plant
from .mutation_bench import write_mutation_bench, wrong_stream
from .parallel_cases import cases_as_gates
from .script import CutTraffic, Flow, Script, longest

_POWER_UPS = 24
"""How often the first kind of traffic comes, each after a reset of other random contents."""
_FULL = Flow()
_TRAFFIC = (
    *[CutTraffic(300, Flow(0.9))] * _POWER_UPS,
    CutTraffic(1000, Flow(0.5)),
    CutTraffic(1000, Flow(pause=0.1, burst=60)),
    CutTraffic(1000, Flow(0.8, pause=0.05, burst=120)),
    CutTraffic(300, Flow(slowest=0.08)),
    # Starved: nothing waits in front of a component, and what it gives is taken at once.
    CutTraffic(150, Flow(0.15, slowest=0.03), _FULL),
    # Filled in a pause of what follows, then emptied without a stall while more comes.
    CutTraffic(1500, _FULL, Flow(pause=0.3, burst=80)),
    CutTraffic(1500, _FULL, Flow(pause=0.3, burst=15)),
    # A few beats at a time, and the next on any clock after them.
    CutTraffic(1500, Flow(pause=0.5, burst=8), _FULL),
    CutTraffic(1500, Flow(0.4, slowest=0.1), _FULL),
    CutTraffic(1500, Flow(pause=0.5, burst=8), Flow(pause=0.3, burst=15)),
    # The last beat of a row waits alone in its queue, and leaves when the next row begins.
    CutTraffic(1500, Flow(0.5), keeping=True),
    CutTraffic(1500, Flow(0.9), keeping=True),
)
"""What mutants meet: the easy one first."""


@dataclass(frozen=True)
class MutationOptions:
    """How to test.

    Parameters
    ----------
    mutants: how many faults to plant.
    per_model: faults in one simulation model; more compile longer and run slower.
    seed: of faults, traffic, values and what registers hold before the reset.
    proofs: whether to try survivors for a proof that they are equivalent.
    """

    mutants: int = 300
    per_model: int = 300
    seed: int = 0
    proofs: bool = True

    def __post_init__(self) -> None:
        if self.mutants < 1 or self.per_model < 1:
            raise TabfabError(f"there must be mutants to test, not {self.mutants}")


@dataclass(frozen=True)
class MutationResult:
    """What became of one mutant.

    Parameters
    ----------
    mutant: the fault.
    stream: on which it was first seen; None where it was not.
    equivalent: whether it is proven that nobody can tell it from the design.
    """

    mutant: Mutant
    stream: str | None
    equivalent: bool = False

    @property
    def outcome(self) -> Literal["caught", "equivalent", "survived"]:
        """In one word."""
        if self.stream is not None:
            return "caught"
        return "equivalent" if self.equivalent else "survived"


def run_mutants(
    directory: Path,
    options: MutationOptions | None = None,
    progress: Progress | None = None,
) -> list[MutationResult]:
    """Plant faults in a build and play to each until it is caught, proven equivalent or given up.

    Parameters
    ----------
    directory: written by `tabfab verilog`.
    options: see `MutationOptions`.
    progress: told about each step.

    Raises
    ------
    TabfabError: the build is not usable, or the bench finds fault with the design as it is.
    """
    options = options or MutationOptions()
    build = load_build(directory)
    network = cut_network(build.network)
    scripts = [
        Script.of_traffic(build.program, network, traffic, options.seed + number, number)
        for number, traffic in enumerate(_TRAFFIC)
    ]
    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        design = Path(scratch)
        write_verilog(network, design)
        verilog = (design / VERILOG_FILE).read_text()
        mutants = find_mutants(verilog, design, options.mutants, options.seed)
        run = _Run(design, verilog, build.program, network, scripts, options)
        results: list[MutationResult] = []
        for start in range(0, len(mutants), options.per_model):
            some = mutants[start : start + options.per_model]
            results += run.test(some, _ahead(progress, start, len(mutants)))
    return results


def _ahead(progress: Progress | None, done: int, total: int) -> Callable[[int, str], None]:
    """Tell of mutants beyond those that are done."""
    if progress is None:
        return lambda more, what: None
    return lambda more, what: progress(done + more, total, what)


@dataclass(frozen=True, eq=False)
class _Run:
    """What all mutants have in common."""

    design: Path
    verilog: str
    program: Program
    network: Network
    scripts: Sequence[Script]
    options: MutationOptions

    def test(
        self, mutants: Sequence[Mutant], tell: Callable[[int, str], None]
    ) -> list[MutationResult]:
        """Compile mutants into one model and find out what becomes of each."""
        numbered = dict(enumerate(mutants, 1))
        waiting = list(numbered)
        caught: dict[int, str] = {}
        with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
            tell(0, f"compiling {len(mutants)} mutants")
            model = self._model(numbered, Path(scratch))
            for number, script in enumerate(self.scripts):
                done = len(mutants) - len(waiting)
                tell(done, f"playing script {number + 1} to {len(waiting)} mutants")
                caught |= self._play(model, waiting, script, number)
                waiting = [mutant for mutant in waiting if mutant not in caught]
        equivalent = set()
        for number, mutant in enumerate(waiting if self.options.proofs else []):
            done = len(mutants) - len(waiting) + number
            tell(done, f"looking for proofs of {len(mutants) - done} mutants")
            if self._equivalent(numbered[mutant]):
                equivalent.add(mutant)
        return [
            MutationResult(mutant, caught.get(number), number in equivalent)
            for number, mutant in numbered.items()
        ]

    def _equivalent(self, mutant: Mutant) -> bool:
        return holds_all_sums(self.program, self.network, mutant) or prove_equivalent(
            self.verilog + NOTHING, self.design, mutant
        )

    def _model(self, mutants: dict[int, Mutant], work: Path) -> MutationModel:
        source = work / VERILOG_FILE
        # Registers start from random values: what the design shows must come from its reset.
        # Choices are what synthesis makes of them, whatever a fault does to what they choose by.
        planted = cases_as_gates(plant(self.verilog, mutants))
        source.write_text(uninitialized(planted))
        bench = write_mutation_bench(self.network, longest(self.scripts), work)
        return MutationModel([source, bench], work)

    def _play(
        self, model: MutationModel, mutants: Sequence[int], script: Script, number: int
    ) -> dict[int, str]:
        """The mutants that a script catches, and on which stream; the design comes first."""
        with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
            work = Path(scratch)
            for memory in self.design.glob("*.mem"):
                shutil.copyfile(memory, work / memory.name)
            script.write(work)
            seed = 1 + self.options.seed + number
            found = {
                mutant: wrong_stream(self.network, wrong)
                for mutant, wrong in model.play([0, *mutants], work, seed).items()
            }
        if (wrong := found.pop(0)) is not None:
            raise TabfabError(f"stream {wrong} differs without any fault planted")
        return {mutant: stream for mutant, stream in found.items() if stream is not None}

"""Results that verbs keep beside what they were measured on, for a report to read.

`tabfab evaluate` keeps ``evaluation.json`` in the program, `tabfab simulate` ``simulation.json`` or
``simulation-FAMILY.json`` in the build: JSON with format, version and checksum, like every manifest
(`tabfab.compiler.store.manifest`). Counts of synthesis and reports of place and route were always
kept; `tabfab.hw.synth.kept` and `tabfab.hw.pnr.kept` read them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ...compiler.program import Program
from ...compiler.program.node_codec import encode_node
from ...compiler.program.program_file import MANIFEST
from ...compiler.store.errors import TabfabError
from ...compiler.store.files import atomic_file
from ...compiler.store.manifest import ManifestKind, read_manifest, write_manifest
from ...compiler.store.records.decode_record import decode_record
from ...compiler.store.records.encode_record import encode_record
from ...compiler.store.records.record_rules import Arrays
from ..console import complain

if TYPE_CHECKING:
    from ...sim.bench.report import SimulationReport
    from ...sim.bench.simulate import SimulateOptions
    from ...sim.models.accuracy import Evaluation

EVALUATION = ManifestKind("evaluation.json", "tabfab evaluation", 1, "tabfab evaluate", TabfabError)
_SIMULATION = "simulation{}.json"
_RESULT = "result"

_RecordT = TypeVar("_RecordT")


@dataclass(frozen=True)
class KeptEvaluation:
    """What `tabfab evaluate` came to.

    Parameters
    ----------
    program: SHA-256 of the manifest of what was evaluated.
    data: the test images, as they were named.
    task, images: see `tabfab.sim.models.accuracy.Evaluation`.
    figures: of the program, by name.
    float_figures: of the float network.
    between: of both compared.
    confusion: images of each true class (row) by answer (column); None where there is none.
    classes: their names.
    """

    program: str
    data: str
    task: str
    images: int
    figures: dict[str, float | None]
    float_figures: dict[str, float | None]
    between: dict[str, float | None]
    confusion: tuple[tuple[int, ...], ...] | None
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.confusion is None:
            return
        if any(len(row) != len(self.classes) for row in (self.confusion, *self.confusion)):
            raise TabfabError("its confusion matrix has not a row and a column for each class")


@dataclass(frozen=True)
class KeptStream:
    """A stream that was compared; see `tabfab.sim.bench.compare.StreamResult`."""

    name: str
    node: str
    beats: int
    value_mismatches: int
    clock_mismatches: int


@dataclass(frozen=True)
class KeptSimulation:
    """What `tabfab simulate` came to.

    Parameters
    ----------
    data: the images' data set, as it was named; empty for random ones.
    netlist: family whose cells were simulated; None for the Verilog itself.
    simulator, stall, disorder, reset_after, seed: see `tabfab.sim.bench.simulate.SimulateOptions`.
    images, clocks, clocks_per_image, value_mismatches, clock_mismatches, first_mismatch,
        frame_errors: see `tabfab.sim.bench.report.SimulationReport`.
    streams: of every stream.
    """

    data: str
    netlist: str | None
    simulator: str
    stall: float
    disorder: float
    reset_after: int
    seed: int
    images: int
    clocks: int
    clocks_per_image: int
    value_mismatches: int
    clock_mismatches: int
    first_mismatch: str | None
    frame_errors: int
    streams: tuple[KeptStream, ...]

    @property
    def beats(self) -> int:
        """Beats compared."""
        return sum(stream.beats for stream in self.streams)


def fingerprint(program: Program) -> str:
    """SHA-256 of what a program computes: its nodes and their arrays, not what made it."""
    arrays: Arrays = {}
    nodes = [encode_node(node, arrays) for node in program]
    digest = hashlib.sha256(json.dumps(nodes, sort_keys=True).encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def evaluation_of(program: Path, data: str, evaluation: Evaluation) -> KeptEvaluation:
    """What is kept of an evaluation.

    Parameters
    ----------
    program: directory of what was evaluated.
    data: the test images, as they were named.
    evaluation: of it.
    """
    confusion = evaluation.confusion
    return KeptEvaluation(
        program=checksum(program),
        data=data,
        task=evaluation.task,
        images=evaluation.images,
        figures=dict(evaluation.program),
        float_figures=dict(evaluation.float_network),
        between=dict(evaluation.between),
        confusion=None if confusion is None else tuple(map(tuple, confusion.tolist())),
        classes=evaluation.classes if confusion is not None else (),
    )


def keep_evaluation(kept: KeptEvaluation, directory: Path) -> None:
    """Keep an evaluation in the program's `directory`; where that cannot be, say so and go on."""
    _keep(EVALUATION, kept, directory)


def keep_simulation(
    report: SimulationReport, options: SimulateOptions, data: str, directory: Path
) -> None:
    """Keep a simulation in the build's `directory`; where that cannot be, say so and go on.

    Parameters
    ----------
    report, options: what came of it, and how it was done.
    data: the images' data set, as it was named; empty for random ones.
    directory: of the build.
    """
    if options.load is not None:
        return  # of another program than the build's
    kept = KeptSimulation(
        data=data,
        netlist=options.netlist,
        simulator=options.simulator,
        stall=options.stall,
        disorder=options.disorder,
        reset_after=options.reset_after,
        seed=options.seed,
        images=report.images,
        clocks=report.clocks,
        clocks_per_image=report.clocks_per_image,
        value_mismatches=report.value_mismatches,
        clock_mismatches=report.clock_mismatches,
        first_mismatch=report.first_mismatch,
        frame_errors=report.frame_errors,
        streams=tuple(
            KeptStream(each.name, each.node, each.beats, each.value_mismatches,
                       each.clock_mismatches)
            for each in report.streams
        ),
    )  # fmt: skip
    _keep(_simulation_kind(options.netlist), kept, directory)


def read_evaluation(directory: Path) -> KeptEvaluation | None:
    """The evaluation that is kept in a program's directory; None where there is none of it.

    Raises
    ------
    TabfabError: it is damaged.
    """
    kept = _read(EVALUATION, KeptEvaluation, directory)
    if kept is not None and kept.program != checksum(directory):
        complain(f"note: the evaluation in {directory} is of another program and is left out")
        return None
    return kept


def checksum(directory: Path) -> str:
    """SHA-256 of the manifest of the program in `directory`."""
    return hashlib.sha256((directory / MANIFEST).read_bytes()).hexdigest()


def read_simulations(directory: Path, families: Sequence[str]) -> list[KeptSimulation]:
    """The simulations that are kept in a build's directory, that of the Verilog first.

    Parameters
    ----------
    directory: of the build.
    families: whose netlists may have been simulated.

    Raises
    ------
    TabfabError: one is damaged.
    """
    kinds = [_simulation_kind(family) for family in (None, *families)]
    found = [_read(kind, KeptSimulation, directory) for kind in kinds]
    return [each for each in found if each is not None]


def _simulation_kind(netlist: str | None) -> ManifestKind:
    name = _SIMULATION.format("" if netlist is None else f"-{netlist}")
    return ManifestKind(name, "tabfab simulation", 1, "tabfab simulate", TabfabError)


def _keep(kind: ManifestKind, record: object, directory: Path) -> None:
    document = {_RESULT: encode_record(record, _RESULT, {})}
    try:
        with atomic_file(directory / kind.name, within=directory) as temporary:
            write_manifest(kind, temporary.parent, document, [])
    except TabfabError as error:
        complain(f"note: 'tabfab report' will not find this result: {error}")


def _read(kind: ManifestKind, record: type[_RecordT], directory: Path) -> _RecordT | None:
    if not (directory / kind.name).exists():
        return None
    document: dict[str, Any] = read_manifest(kind, directory)
    try:
        return decode_record(record, document.get(_RESULT), "the result", {})
    except TabfabError as error:
        raise kind.refuse(f"{directory / kind.name} is not valid: {error}") from error

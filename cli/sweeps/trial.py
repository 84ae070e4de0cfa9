"""One trial: compiled, evaluated, planned and, if asked, built and synthesized, in a worker.

Two pieces of work, so that trials that differ only in what the hardware is like share a program.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from ...compiler.options import CompileOptions
from ...compiler.program.cost import program_cost
from ...compiler.program.program_file import load_program, write_program
from ...compiler.store.errors import TabfabError, reason
from ...compiler.store.files import MARKER, scratch_directory
from ...compiler.store.settings import settings_of
from ..compilation import CompileRequest, compile_request
from ..console import Bar, no_progress
from ..data_sets import with_data
from ..evaluate import evaluate_program
from ..plan import plan_json, plan_options
from ..synth import family_of
from .figures import OF_CELLS, figure_name
from .source import Source, code_version
from .space import Settings
from .verb_options import LAYER_MARK, find_option

PROGRAM, PLAN, BUILD, SYNTH = "program", "plan.json", "build", "synth.json"
"""What a trial's directory holds besides its ``trial.json``."""

_NAME_LENGTH = 16
"""Hexadecimal digits of a trial's name: among a million trials, two of a name are one chance in
ten million."""


class OtherCodeError(TabfabError):
    """A worker that runs another tabfab than the command."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a trial, or of the part of it that ends with the program.

    Parameters
    ----------
    figures: by name.
    document: more of what the verbs tell, as JSON values, by verb.
    files: contents by their paths in the trial's directory.
    failure: why there are no figures, in a sentence; empty where there are.
    """

    figures: Mapping[str, float | None] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    failure: str = ""

    def write_files(self, directory: Path) -> None:
        """Write the files into a directory that is there."""
        for path, contents in self.files.items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            (directory / path).write_bytes(contents)


def trial_name(settings: Settings, source: Source) -> str:
    """The name of the trial with these settings: of the same, always the same."""
    return _name({"settings": settings, **source.identity})


def program_name(settings: Settings, source: Source) -> str:
    """The same of what trials with the same program have in common."""
    return _name({"settings": settings["compile"], **source.identity})


def _name(value: object) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_NAME_LENGTH]


# --------------------------------------------------------------------------------- the verbs


def make_program(source: Source, settings: Settings, bar: Bar = no_progress) -> Outcome:
    """Compile and evaluate.

    Parameters
    ----------
    source: what all trials start from.
    settings: of the trial, of which those of ``compile`` count.
    bar: shows how far it is.
    """
    with _told_failures(source) as outcome:
        outcome.append(_make_program(source, settings, bar))
    return outcome[-1]


def map_program(
    source: Source, made: Outcome, settings: Settings, bar: Bar = no_progress
) -> Outcome:
    """Plan and, if asked, build and synthesize the program that was made.

    Parameters
    ----------
    source: what all trials start from.
    made: by `make_program`.
    settings: of the trial.
    bar: shows how far the plan is.
    """
    if made.failure:
        return made
    with _told_failures(source) as outcome:
        outcome.append(_map_program(made, settings, bar))
    return outcome[-1]


@contextlib.contextmanager
def _told_failures(source: Source) -> Iterator[list[Outcome]]:
    """A list for an outcome; what goes wrong becomes one that has a sentence."""
    if source.identity["tabfab"] != code_version():
        raise OtherCodeError(
            "a worker has another tabfab, or other libraries, than this command; install the same "
            "on all machines"
        )
    outcome: list[Outcome] = []
    try:
        with threadpool_limits(source.threads):
            yield outcome
    except TabfabError as error:
        outcome.append(Outcome(failure=str(error)))
    except MemoryError:
        outcome.append(Outcome(failure="there was not enough memory; see [needs]"))
    except Exception as error:  # of one trial, which must not end the sweep
        what = f"{type(error).__name__}: {reason(error)}"
        outcome.append(Outcome(failure=f"tabfab or a library is at fault ({what}); report it"))


def _make_program(source: Source, settings: Settings, bar: Bar) -> Outcome:
    from ...compiler.graph.float_file import graph_files

    request = compile_request_of(settings)
    network = source.network
    program = compile_request(request, network, source.train, bar)
    program = with_data(program, source.noted)
    evaluation = evaluate_program(
        program, network.graph, source.judged, network.task.name, quiet=True, bar=bar
    )
    cost = program_cost(program)
    figures: dict[str, float | None] = {
        **{figure_name(name): value for name, value in evaluation.program.items()},
        **{figure_name(name): value for name, value in evaluation.between.items()},
        "operations": cost.operations_program,
        **cost.counts,
        "bytes": cost.stored_bytes,
    }
    with scratch_directory() as scratch, graph_files(network.graph) as files:
        write_program(program, scratch, files)
        (scratch / MARKER).write_text("program\n")
        written = _packed(scratch, PROGRAM)
    return Outcome(figures, {"evaluate": evaluation.as_json()}, written)


def _map_program(made: Outcome, settings: Settings, bar: Bar) -> Outcome:
    from ...hw.device.devices import find_device
    from ...hw.plan import make_plan
    from ...hw.plan.file import write_plan
    from ...hw.plan.table import plan_table
    from ...hw.rtl.build import write_build
    from ...sim.models.vectors import random_vectors

    planned, built, synth = (settings.get(name) for name in ("plan", "verilog", "synth"))
    wanted = {
        "device": None, "board": None, "clock": None,
        **fields_of("plan", planned or {}), **fields_of("verilog", built or {}),
    }  # fmt: skip
    files, document = dict(made.files), dict(made.document)
    figures = dict(made.figures)
    with scratch_directory() as scratch:
        made.write_files(scratch)
        program = load_program(scratch / PROGRAM)
        options = plan_options(**wanted)
        with bar("planning") as advance:
            plan = make_plan(program, options, advance)
        write_plan(plan, scratch / PLAN)
        files[PLAN] = (scratch / PLAN).read_bytes()
        figures |= {
            "clocks": plan.clocks_per_image,
            "fps": plan.images_per_second,
            "latency-ms": plan.latency_ms,
        }
        if plan.device is not None:
            table = plan_table(program, plan, find_device(plan.device))
            document["plan"] = plan_json(plan, table)
            figures |= _cells(dataclasses.asdict(table.total.rounded()))
        if built is not None or synth is not None:
            build = write_build(program, plan, scratch / BUILD, vectors=random_vectors(program))
            if built is not None:
                files |= _packed(scratch / BUILD, BUILD)
            if synth is not None:
                report, counted = _synthesize(build, synth, plan.device)
                document["synth"], figures = report, {**figures, **counted}
                files[SYNTH] = json.dumps(report, indent=1).encode()
    return Outcome(figures, document, files)


def _synthesize(
    build: Any, given: Mapping[str, Any], device: str | None
) -> tuple[dict[str, Any], dict[str, float | None]]:
    """Yosys' counts of a build, or what nextpnr came to: the report, and its figures."""
    from ...hw.pnr.place_and_route import PnrOptions, place_and_route
    from ...hw.pnr.targets import default_device
    from ...hw.synth.cell_counts import summarize
    from ...hw.synth.synth import synthesize

    wanted = fields_of("synth", given)
    pnr = wanted.pop("pnr", False)
    device = wanted.pop("device", device)
    family = family_of(wanted.pop("family", None), device)
    counts = synthesize(build, family, wanted.get("flatten", False))
    figures = _cells(summarize(counts.total))
    report = {"synth": dataclasses.asdict(counts)}
    if pnr:
        routed = place_and_route(build, PnrOptions(device or default_device(family), **wanted))
        report["pnr"] = {**routed.document(), "seconds": None}  # the same trial, the same bytes
        at_most = dataclasses.replace(build.plan, clock_mhz=routed.fmax_mhz)
        figures |= {
            "mhz": routed.fmax_mhz,
            "fps": routed.images_per_second,
            "latency-ms": at_most.latency_ms,
        }
    return report, figures


def _cells(counts: Mapping[str, float]) -> dict[str, float | None]:
    return {name: counts[name.replace("-", "_")] for name in OF_CELLS}


# ---------------------------------------------------------------------------------- settings


def compile_request_of(settings: Settings) -> CompileRequest:
    """What a trial's settings ask of `tabfab compile`.

    Raises
    ------
    TabfabError: they contradict each other, or a value cannot be.
    """
    given = settings["compile"]
    layers = [f"{name}={value}" for name, value in given.items() if LAYER_MARK in name]
    fields = fields_of("compile", {n: v for n, v in given.items() if LAYER_MARK not in n})
    own = {name: fields.pop(name) for name in settings_of(CompileOptions) if name in fields}
    mask = own.pop("mask", None)
    fields["layer"] = [*fields.get("layer", []), *layers]
    return CompileRequest(mask=mask, settings=own, **fields)


def fields_of(table: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the parameters of the verb's function."""
    return {find_option(table, name).field: value for name, value in settings.items()}


def _packed(directory: Path, name: str) -> dict[str, bytes]:
    """The files of a directory, by their paths below `name`."""
    found = sorted(path for path in directory.rglob("*") if path.is_file())
    return {f"{name}/{path.relative_to(directory)}": path.read_bytes() for path in found}

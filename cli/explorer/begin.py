"""From what the command was given to a session: network, data and earlier points are read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from ...compiler.finetune.source import options_of_program
from ...compiler.mask.tries import images_within
from ...compiler.options import CompileOptions
from ...compiler.program import Program
from ...compiler.program.program_file import load_program
from ...compiler.store.files import check_directory
from ...compiler.store.settings import settings_of, with_settings
from ...compiler.workers.needs import Needs
from ...hw.device.devices import find_device
from ...hw.plan.plan import DEFAULT_CLOCK_MHZ, PlanOptions
from ..compilation import CompileRequest
from ..data_sets import noted_test_data
from ..evaluate import data_of
from ..layer_settings import parse_mask, usual_mask
from ..sweeps.figures import figure_name
from ..sweeps.source import Source, read_source
from ..sweeps.space import Space
from ..sweeps.spec import Judging, Sweep
from ..sweeps.store import TRIALS, Store
from .choices import Choice, default_choice
from .costs import Costs
from .jobs import Bench, Sketch
from .losses import Losses
from .points import Points
from .session import Explorer, Session
from .settings import mask_of_options
from .worker import Worker

_SKETCHED = 16
"""Images that nodes are learned from whose shapes and widths count alone."""
_MEMORY = 1 << 29
"""Bytes of activations that are held while layers are tried."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the command was given.

    Parameters
    ----------
    network: file of a network, or directory of a program.
    data, test_data, data_dir, task, input_mean, input_std: as of `tabfab compile`.
    mask: to begin with; None for the program's, or the usual one.
    output: folder of the points.
    judging: images that figures are counted on.
    planned: options of `tabfab plan`.
    compiled: options of `tabfab compile` that are no fields of its options.
    given: fields of `CompileOptions`.
    """

    network: Path
    data: str | None
    test_data: str | None
    data_dir: Path | None
    task: str | None
    input_mean: str | None
    input_std: str | None
    mask: str | None
    output: Path
    judging: Judging
    planned: Mapping[str, Any]
    compiled: Mapping[str, Any]
    given: Mapping[str, Any]


def begin(wanted: Wanted) -> Session:
    """The session that a command asks for.

    Raises
    ------
    TabfabError: something cannot be read, does not fit, or contradicts itself.
    """
    options = PlanOptions(
        device=wanted.planned["device"],
        fps=wanted.planned.get("fps"),
        clock_mhz=wanted.planned.get("clock", DEFAULT_CLOCK_MHZ),
    )
    assert options.device is not None
    device = find_device(options.device)
    program = _program(wanted.network)
    made = None if program is None else options_of_program(program)
    given = {**({} if made is None else _differing(made)), **wanted.given}
    CompileRequest(mask="all", settings=given)
    base = with_settings(CompileOptions(mask="none"), given)
    check_directory(wanted.output, "sweep")
    sweep = _sweep(wanted, program)
    source = read_source(sweep, wanted.output / TRIALS)
    graph = source.network.graph
    base = dataclasses.replace(base, seed=int(wanted.compiled["seed"]))
    mask = _mask(wanted.mask, base, made, source)
    kept = {layer: default_choice("exact", base) for layer in mask}
    losses = Losses(graph, source.judged, source.network.task, kept)
    store = Store(wanted.output)
    store.claim()
    points = Points(store, source, figure_name(source.network.task.searched))
    points.read()
    if not points.trials:
        store.write_sweep(sweep, source, (points.figure, "operations"))
    learned = min(images_within(graph, _MEMORY), int(wanted.compiled["calibration-images"]))
    images = source.train.sample(learned, base.seed).images
    sketched = images[:_SKETCHED]
    own = {"model": wanted.network, "data": sweep.data, "test-data": sweep.test_data,
           "data-dir": wanted.data_dir, "task": wanted.task, "input-mean": wanted.input_mean,
           "input-std": wanted.input_std}  # fmt: skip
    flags = {each.name: each.flag.lstrip("-") for each in settings_of(CompileOptions).values()}
    about = Explorer(
        graph,
        source.network.name,
        base,
        {**wanted.compiled, **{flags[name]: value for name, value in given.items()}},
        wanted.planned,
        own,
        device,
        options.clock_mhz,
        wanted.output,
    )
    layer = base.of_one_layer()
    import_module("scipy.optimize")  # which the first estimate would wait for
    return Session(
        about,
        mask,
        Costs(graph, layer, options.aim(device)),
        losses,
        points,
        Worker(Sketch(graph, sketched, layer, options)),
        Worker(Bench(source, images, layer)),
    )


def _program(network: Path) -> Program | None:
    """The program in a directory; None for the file of a network."""
    return load_program(network) if network.is_dir() else None


def _differing(options: CompileOptions) -> dict[str, Any]:
    """What a program's options say of all layers that goes not without saying."""
    usual = CompileOptions()
    fields = set(settings_of(CompileOptions)) - {"mask", "argmax"}
    found = {name: getattr(options, name) for name in fields}
    return {name: value for name, value in found.items() if value != getattr(usual, name)}


def _sweep(wanted: Wanted, program: Program | None) -> Sweep:
    """The sweep that the points are trials of."""
    data = wanted.data
    if data is None:
        data = "digits" if program is None else data_of(program, None, wanted.network)
    test_data = wanted.test_data
    if test_data is None and wanted.data is None and program is not None:
        test_data = noted_test_data(program, wanted.network)
    return Sweep(
        model=wanted.network,
        data=data,
        test_data=test_data,
        data_dir=wanted.data_dir,
        task=wanted.task,
        input_mean=wanted.input_mean,
        input_std=wanted.input_std,
        space=Space({"compile": dict(wanted.compiled), "plan": dict(wanted.planned)}, (), ({},)),
        judging=wanted.judging,
        needs=Needs(threads=1),
    )


def _mask(
    text: str | None, base: CompileOptions, made: CompileOptions | None, source: Source
) -> dict[str, Choice]:
    """The mask to begin with."""
    graph = source.network.graph
    if text is None and made is not None:
        return mask_of_options(made, graph)
    chosen = usual_mask(graph) if text is None else parse_mask(text)
    return mask_of_options(dataclasses.replace(base, mask=chosen), graph)

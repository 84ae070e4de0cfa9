"""What the page is told, as JSON values: the network once, and the session whenever it changes."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import Any

from ...compiler.graph import Conv
from ...compiler.methods.catalog import METHODS
from ...compiler.program.operations import Cost
from ...hw.device.cells import RESOURCES, Cells
from ...hw.plan.fit import BUDGET
from .choices import controls, default_choice
from .costs import HardwareEstimate, Planned
from .points import AGAINST, Point
from .session import Session

_PRESETS = ("all-but-first", "all-but-first-last", "all", "none")


def network_document(session: Session) -> dict[str, Any]:
    """What stays as it is: layers, methods and their settings, the device."""
    about = session.about
    graph = about.graph
    have = zip(RESOURCES.items(), about.device.cells.amounts, BUDGET.amounts, strict=True)
    return {
        "name": Path(about.name).name,
        "layers": [_layer(each, graph[each.inputs[0]].shape) for each in graph.convs],
        "methods": {name: [control.document() for control in controls(name)] for name in METHODS},
        "presets": [*_PRESETS, *(name for name in METHODS if name not in ("table", "exact"))],
        "figure": session.losses.name,
        "figure_key": session.points.figure,
        "maximized": session.points.maximized,
        "against": list(AGAINST),
        "device": {
            "name": about.device.name,
            "clock_mhz": about.clock_mhz,
            "fps": about.planned.get("fps"),
            "cells": {
                key: {"words": words, "have": amount, "usable": amount * share}
                for (key, words), amount, share in have
                if amount
            },
        },
        "judged": f"{len(session.points.source.judged)} images of "
        f"{session.points.source.judged.name}",
        "output": str(about.output),
    }


def _layer(layer: Conv, source: tuple[int, ...]) -> dict[str, Any]:
    kernel = "x".join(map(str, layer.kernel))
    return {
        "name": layer.name,
        "from": "x".join(map(str, source)),
        "to": "x".join(map(str, layer.shape)),
        "kernel": "linear" if layer.kernel == (1, 1) and layer.shape[1:] == (1, 1) else kernel,
    }


def session_document(session: Session) -> dict[str, Any]:
    """What changes: the mask, what it costs and loses, the points, what is under way."""
    mask, losses = session.mask, session.losses
    predicted = losses.predict(mask)
    settings = session.settings
    name = session.points.name(settings)
    compiled = session.points.trials.get(name)
    return {
        "version": session.version,
        "layers": [_chosen(session, layer) for layer in mask],
        "totals": session.costs.totals(mask),
        "exact": session.costs.totals(
            {layer: default_choice("exact", session.about.base) for layer in mask}
        ),
        "hardware": _hardware(session),
        "figure": {
            "predicted": predicted.figure,
            "unknown": len(predicted.unknown),
            "float": losses.float_figure,
            "exact": losses.exact_figure,
        },
        "point": name if compiled is not None and not compiled.failure else None,
        "points": [_point(each, session) for each in session.points.all()],
        "fronts": {against: session.points.front(against) for against in AGAINST},
        "command": session.command(session.about.output.with_name("program")),
        "planning": dataclasses.asdict(session.planning),
        "measuring": dataclasses.asdict(session.measuring),
        "compiling": dataclasses.asdict(session.compiling),
        "message": session.message,
    }


def _chosen(session: Session, layer: str) -> dict[str, Any]:
    choice = session.mask[layer]
    counted = session.costs.counted(layer, choice)
    cost = {"operations": counted.operations, "bytes": counted.stored_bytes} if isinstance(
        counted, Cost
    ) else None  # fmt: skip
    return {
        "method": choice.method,
        "settings": dict(choice.settings),
        "cost": cost,
        "refused": counted if isinstance(counted, str) else session.losses.why(layer, choice),
        "lost": session.losses.lost(layer, choice),
    }


def _hardware(session: Session) -> dict[str, Any]:
    """Predicted, or planned where that is known."""
    planned = session.costs.plan_of(session.mask)
    if planned is not None:
        return {"kind": "plan", "refused": planned.refused, **_figures(session, planned)}
    made = session.costs.estimated(session.mask)
    return {
        "kind": "estimate",
        "refused": made.refused,
        "unknown": len(made.unknown),
        "fits": made.fits,
        **_figures(session, made),
    }


def _figures(session: Session, made: Planned | HardwareEstimate) -> dict[str, Any]:
    clocks, cells = made.clocks, made.cells
    return {
        "clocks": clocks,
        "fps": None if clocks is None else 1e6 * session.about.clock_mhz / clocks,
        "cells": None if cells is None else _amounts(cells),
    }


def _amounts(cells: Cells) -> dict[str, float]:
    return dataclasses.asdict(cells.rounded())


def _point(point: Point, session: Session) -> dict[str, Any]:
    trial = point.trial
    return {
        "name": trial.name,
        "figures": dict(trial.figures),
        "failure": trial.failure,
        "known": point.mask is not None,
        "methods": [] if point.mask is None else [each.method for each in point.mask.values()],
        "program": shlex.quote(str(session.points.program(trial.name))),
    }

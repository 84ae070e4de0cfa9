"""What `--json` prints, as JSON Schema: of every verb that prints a table.

Reports that are dataclasses are described where they are defined: types are their hints,
descriptions their docstrings' parameters.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Union

Schema = dict[str, Any]

_PLAIN = {int: "integer", float: "number", str: "string", bool: "boolean", Path: "string",
          type(None): "null"}  # fmt: skip


def schemas() -> dict[str, Schema]:
    """The schema of what each verb prints, by the verb's name."""
    return {verb: make() for verb, make in _MAKERS.items()}


def schema_of(hint: Any) -> Schema:
    """The schema of a type: plain ones, dataclasses, and lists and mappings of them.

    Raises
    ------
    TypeError: it is another one.
    """
    if hint is Any or hint is object:
        return {}
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if dataclasses.is_dataclass(hint):
        return _record(hint)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        kinds = [schema_of(each) for each in inner]
        if all(kind.keys() == {"type"} for kind in kinds):
            return {"type": [kind["type"] for kind in kinds]}
        return {"anyOf": kinds}
    if origin is typing.Literal:
        return {"enum": list(inner)}
    if origin in (tuple, list):
        kinds = [schema_of(each) for each in inner if each is not Ellipsis]
        return {"type": "array", "items": kinds[0] if len(set(map(str, kinds))) == 1 else {}}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(inner[1])}
    raise TypeError(f"{hint} has no schema")


def _record(kind: Any) -> Schema:
    hints, said = typing.get_type_hints(kind), _descriptions(kind)
    fields = {
        field.name: {**schema_of(hints[field.name]), **said.get(field.name, {})}
        for field in dataclasses.fields(kind)
    }
    return _object(fields)


def _object(fields: Mapping[str, Schema], **more: Any) -> Schema:
    return {"type": "object", "properties": dict(fields), "required": list(fields), **more}


def _extended(schema: Schema, fields: Mapping[str, Schema]) -> Schema:
    """An object with more fields; of those that it has already, what is said last."""
    properties = {**schema["properties"], **fields}
    return {**schema, "properties": properties, "required": list(properties)}


def _descriptions(kind: type) -> dict[str, Schema]:
    """What a class' docstring says of its parameters."""
    text = inspect.cleandoc(kind.__doc__ or "").partition("Parameters\n----------\n")[2]
    text = re.split(r"\n\n\w+\n-{3,}", text)[0]
    found: dict[str, Schema] = {}
    for names, about in re.findall(r"(?ms)^([\w, ]+): (.*?)(?=^\S|\Z)", text):
        for name in names.split(", "):
            found[name] = {"description": " ".join(about.split())}
    return found


def _some(kind: str | list[str], about: str) -> Schema:
    return {"type": kind, "description": about}


def _array(items: Schema, about: str) -> Schema:
    return {"type": "array", "items": items, "description": about}


def _counts(about: str) -> Schema:
    return {"type": "object", "additionalProperties": {"type": "number"}, "description": about}


_UTILIZATION: Schema = {
    "type": "object",
    "additionalProperties": _object(
        {"used": {"type": "integer"}, "available": {"type": "integer"}}
    ),
    "description": "by the device's names of its resources",
}


def _info() -> Schema:
    from .info import _COSTS

    costs = {name: _some("integer", f"column {head!r}") for name, head in _COSTS.items()}
    layer = {
        "name": _some("string", "of the layer"),
        "method": _some("string", "table, exact, dyadic or haste"),
        "shape": _array({"type": "integer"}, "channels, height, width of its output"),
        "kernel": _array({"type": "integer"}, "rows and columns"),
        "similarity": _some(["number", "null"], "cosine to the float layer's output"),
        **costs,
    }
    function = {
        "name": _some("string", "of the node"),
        "function": _some("string", "sigmoid, say"),
        "shape": _array({"type": "integer"}, "channels, height, width"),
        "input": _some("string", "integers that arrive"),
        "output": _some("string", "integers that leave"),
        "zero": _some("integer", "which integer stands for a real zero"),
        "tables": _some("integer", "one for all channels, or one for each"),
        "table_bytes": _some("integer", "that they take"),
    }
    return _object({
        "layers": _array(
            _object(layer, additionalProperties=True),
            "in order; beside these, what the method says of itself",
        ),
        "total": _object(costs, description="of all layers"),
        "functions": _array(_object(function), "activation functions that are tables"),
    })  # fmt: skip


def _made(name: str, about: str) -> Schema:
    figures = {**_evaluation(), "type": ["object", "null"], "description": about}
    return _extended(_info(), {name: figures})


def _compile() -> Schema:
    return _made("held_out", "on training images that nothing was learned from; null without any")


def _finetune() -> Schema:
    return _made("evaluation", "on the test images")


def _evaluate() -> Schema:
    operations = _counts("of the program for an image, by kind")
    return _extended(_evaluation(), {"operations": operations})


def _evaluation() -> Schema:
    said = {
        "task": _some("string", "what answers mean"),
        "images": _some("integer", "tested on"),
        "confusion": {
            **_array(_array({"type": "integer"}, "by decided class"), "by true class, or null"),
            "type": ["array", "null"],
        },
        "classes": _array({"type": "string"}, "names, where there are some"),
    }
    figure = _some(["number", "null"], "FIGURE_program, FIGURE_float, and figures between them")
    return _object(said, additionalProperties=figure)


def _speed(about: str) -> dict[str, Schema]:
    return {
        "device": _some(["string", "null"], about),
        "clock_mhz": _some("number", "assumed"),
        "clocks_per_image": _some("integer", "images back to back"),
        "expected_clocks": _some(
            ["integer", "null"],
            "of images like the calibration's, where clocks depend on the image",
        ),
        "images_per_second": _some("number", "at that clock"),
        "latency_ms": _some("number", "from first beat to last"),
    }


def _verilog() -> Schema:
    folding = {
        "lanes": _some("integer", "subspaces or channels per clock (S)"),
        "outputs": _some("integer", "output channels per clock (P)"),
        "taps": _some("integer", "of a window, per clock (T)"),
        "knobs": _counts("what else the method chooses"),
    }
    foldings = {
        "type": "object",
        "additionalProperties": _object(folding),
        "description": "of each layer",
    }
    return _object({**_speed("planned for; null where for any"), "foldings": foldings})


def _plan() -> Schema:
    from ..hw.device.cells import Cells
    from ..hw.plan.table import PlanRow

    return _object({
        **_speed("planned for"),
        "total": {**_record(Cells), "description": "of all nodes"},
        "stored_bits": _some("integer", "in block RAMs"),
        "occupied_bits": _some("integer", "that these have"),
        "table_stored_bits": _some("integer", "the same of tables and weights alone"),
        "table_occupied_bits": _some("integer", "the same of tables and weights alone"),
        "fork_depths": _some("object", "of the queues behind forks"),
        "rows": _array(_record(PlanRow), "one for each node"),
    })  # fmt: skip


def _simulate() -> Schema:
    from ..sim.bench.report import SimulationReport

    return _record(SimulationReport)


def _synth() -> Schema:
    from ..hw.pnr.place_and_route import PnrReport
    from ..hw.synth.synth import SynthReport

    more = {
        "images_per_second": _some("number", "at the highest clock"),
        "utilization": _UTILIZATION,
        "path": _path(),
    }
    routed = {**_extended(_record(PnrReport), more), "description": "with --pnr"}
    return {"anyOf": [_record(SynthReport), routed]}


def _path() -> Schema:
    from ..hw.pnr.critical_path import Step

    part = {"component": _some("string", "stage"), "ns": _some("number", "that it takes")}
    path = {
        "clock": _some("string", "net of the clock"),
        "delay_ns": _some("number", "of the whole path"),
        "routing_ns": _some("number", "what wires take of it"),
        "components": _array(_object(part), "on its way, in order"),
        "steps": _array(_record(Step), "from a flip-flop or memory to the next"),
    }
    about = "what limits the clock; null where nothing is clocked"
    return {**_object(path), "type": ["object", "null"], "description": about}


def _bitstream() -> Schema:
    from ..boards.bitstream import BitstreamReport

    return _extended(_record(BitstreamReport), {"utilization": _UTILIZATION})


def _run() -> Schema:
    from .run import RunReport

    said = _descriptions(RunReport)
    return _object({
        field.name: {**_run_field(field), **said.get(field.name, {})}
        for field in dataclasses.fields(RunReport)
    })  # fmt: skip


def _run_field(field: dataclasses.Field[Any]) -> Schema:
    if field.name == "figures":
        return _counts("")
    return {"type": ["number", "null"] if "None" in str(field.type) else "number"}


def _prove() -> Schema:
    from ..sim.proofs.report import ProofReport

    return _record(ProofReport)


def _sweep() -> Schema:
    value = _some(["number", "string", "null"], "a setting or figure, by its column in front.csv")
    trial = _object({"trial": _some("string", "its name")}, additionalProperties=value)
    picked = {**trial, "description": "with --pick, without what is null"}
    return {"anyOf": [_array(trial, "the front, the best trial first"), picked]}


def _doctor() -> Schema:
    need = {
        "name": _some("string", "of the program, library or package"),
        "found": _some(["string", "null"], "its version or place; null where it is missing"),
        "required": _some("boolean", "whether it needs no extra"),
        "verbs": _array({"type": "string"}, "that it is for"),
        "get": _some("string", "how to get it"),
    }
    named = {name: _some("string", name) for name in ("tabfab", "python", "system")}
    return _object({**named, "needs": _array(_object(need), "all that is looked for")})


_MAKERS: dict[str, Callable[[], Schema]] = {
    "compile": _compile,
    "finetune": _finetune,
    "info": _info,
    "evaluate": _evaluate,
    "plan": _plan,
    "verilog": _verilog,
    "simulate": _simulate,
    "synth": _synth,
    "bitstream": _bitstream,
    "run": _run,
    "prove": _prove,
    "sweep": _sweep,
    "doctor": _doctor,
}
